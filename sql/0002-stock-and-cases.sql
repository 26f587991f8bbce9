-- Stock: one row for each item of a facility (acme/stock/DC1/4711) and one for each order that holds something there
-- (acme/stock/DC1#o0-5f-...), gone once it holds nothing. Quantities are millionths of the base unit. A position
-- changes three times for each order line, so no changing column is indexed and updates stay on their page.
create table stock (
  lane      int2 not null,
  subject   text collate "C" not null,
  version   int8 not null,
  at        int8 not null,
  opened    bool,
  available int8,
  allocated int8,
  reserved  int8,
  safety    int8,
  more      text,
  primary key (lane, subject)
) with (fillfactor = 50);

-- What needs a person: failures folded by cause, field and partner.
create table case_state (
  lane      int2 not null,
  subject   text collate "C" not null,
  open      bool not null,
  owner     text collate "C" not null,
  partner   text collate "C",
  opened_at int8 not null,
  members   int4 not null,
  body      text not null,
  primary key (lane, subject)
) with (fillfactor = 70);
create index case_state_open on case_state (opened_at) where open;
