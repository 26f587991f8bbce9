-- The journal: all events, in lanes. A position inside a lane is gap-free because the lane's head moves in the same
-- commit. `day` is days since 1970 and never goes back; partitions are made ahead by the hub.
create table lane (
  lane      int2 primary key,
  owner     text,
  epoch     int8 not null default 0,
  head      int8 not null default 0,
  delivered int8 not null default 0,
  format    int4 not null default 1,
  day       int4 not null default 0 -- of the newest entry
) with (fillfactor = 20);
insert into lane (lane) select generate_series(0, 255);

create table journal (
  day      int4 not null,
  lane     int2 not null,
  position int8 not null,
  type     int2 not null,
  at       int8 not null,
  subject  text collate "C" not null,
  body     bytea not null,
  primary key (lane, position, day)
) partition by range (day);
create index journal_subject on journal (subject, position);

create table receipt (
  day     int4 not null,
  id      text collate "C" not null,
  tenant  text collate "C" not null,
  sender  text collate "C" not null,
  channel text collate "C" not null,
  at      int8 not null,
  verdict text not null,
  digest  bytea not null,
  bytes   bytea not null,
  primary key (id, day)
) partition by range (day);

-- Keys are unique over their whole life, across days and instances. Sixteen bytes of hash keep the index small
-- enough to stay in memory for years; expired request keys are swept in the background.
create table key (
  kind   int2 not null,
  hash   bytea not null,
  digest bytea not null,
  lane   int2 not null,
  at     int8 not null,
  ref    text collate "C" not null,
  primary key (hash, kind)
);

create table inbox (
  lane         int2 not null,
  sender_lane  int2 not null,
  sender_epoch int8 not null,
  number       int8 not null,
  body         bytea not null,
  primary key (lane, sender_lane, sender_epoch, number)
);

-- Twelve bytes for each delivery that succeeded: lane, position, second. One row a turn.
create table mark (
  id   int8 generated always as identity primary key,
  at   int8 not null,
  pack bytea not null
);

create table instance (
  id         text primary key,
  address    text not null,
  lock_key   int8 not null,
  beat_at    timestamptz not null default now()
);
