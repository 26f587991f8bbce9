-- Members of cases: one row for each failure, in the lane of its case, so that a case may have a million. The name of a
-- member is its case, '#', and its subject or receipt: members of a case lie together and are read page by page.
create table if not exists case_member (
  lane             int2 not null,
  subject          text collate "C" not null,
  standing         text not null,
  life             int4 not null,
  about            text collate "C" not null,
  about_lane       int2 not null,
  again            text not null,
  failure_lane     int2 not null,
  failure_position int8 not null,
  at               int8 not null,
  detail           text not null,
  primary key (lane, subject)
) with (fillfactor = 80);

-- What earlier releases kept in the case's own row: those members can be looked at, and closed by hand.
insert into case_member
select c.lane, c.subject || '#' || m.about, 'open', 0, m.about, 0, 'person', 0, 0, c.opened_at, ''
  from case_state c, jsonb_array_elements_text(c.body::jsonb -> 'members') m(about)
 where c.open
    on conflict do nothing;

-- What people put right on the way in: another name for something of ours, another value in a partner's documents.
create table if not exists master_correction (like master_item including all);
