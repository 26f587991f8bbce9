-- Documents that partners and systems exchange through us: one row each, with where it stands. Its key is the business
-- object it speaks of, and what it is called among the documents about that.
create table if not exists relayed_document (
  lane       int2 not null,
  subject    text collate "C" not null,
  tenant     text collate "C" not null,
  partner    text collate "C" not null,
  direction  text not null,
  document   text not null,
  key        text collate "C" not null,
  standing   text not null,
  at         int8 not null,
  changed_at int8 not null,
  more       text not null,
  primary key (lane, subject)
) with (fillfactor = 80);
create index if not exists relayed_document_latest on relayed_document (tenant, partner, at desc, subject desc);

-- Answers that partners owe to documents of ours: a row for a business object as long as a clock of it runs.
create table if not exists owed_document (
  lane    int2 not null,
  subject text collate "C" not null,
  clocks  text not null,
  primary key (lane, subject)
);
