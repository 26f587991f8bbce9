-- Replays: planned jobs over requests of the past. A job freezes its set first (one row for each request), says of each
-- row what would come of it, and then goes through them step by step. Rows are written by whoever holds the lock of the
-- runner; what is sent goes through the journal under a key of its own, so that nothing here can make it happen twice.
create table if not exists replay_job (
  id          text collate "C" primary key,
  tenant      text collate "C" not null,
  action      text not null,
  state       text not null,
  state_before text,
  why         text,
  selection   text not null,
  digest      text collate "C" not null,
  request_key text collate "C",
  mapping     text not null,
  orders      text,
  made_by     text not null,
  reason      text not null,
  made_at     int8 not null,
  changed_at  int8 not null,
  place       text not null,
  to_scan     int8 not null default 0,
  scanned     int8 not null default 0,
  items       int8 not null default 0,
  step        int4 not null default 0,
  step_from   text
);
create unique index if not exists replay_job_key on replay_job (tenant, request_key) where request_key is not null;
create unique index if not exists replay_job_same on replay_job (tenant, digest) where state not in ('finished', 'cancelled');
create index if not exists replay_job_open on replay_job (state) where state not in ('finished', 'cancelled');

create table if not exists replay_item (
  job        text collate "C" not null,
  n          int8 not null,
  lane       int2 not null,
  subject    text collate "C" not null,
  position   int8 not null,
  target     text collate "C" not null,
  verb       text collate "C" not null,
  key        text collate "C" not null,
  chain      text collate "C" not null,
  args       text not null,
  digest     text not null,
  planned_at int8 not null,
  state      text not null,
  forecast   text not null default '',
  outcome    text not null default '',
  why        text not null default '',
  attempts   int4 not null default 0,
  pinned     text,
  sent_at    int8,
  sent_as    int8, -- position of the request it is sent with; that of the original when that one is tried again
  primary key (job, n)
) with (fillfactor = 70);
create unique index if not exists replay_item_once on replay_item (job, target, verb, key);
create index if not exists replay_item_next on replay_item (job, state, forecast, n);

-- How many items stand where: moved in the same transaction as the items, so that a million need not be counted.
create table if not exists replay_count (
  job      text collate "C" not null,
  target   text collate "C" not null,
  state    text not null,
  forecast text not null,
  outcome  text not null,
  count    int8 not null,
  primary key (job, target, state, forecast, outcome)
) with (fillfactor = 50);

-- Who did what to a job, and why.
create table if not exists replay_act (
  job    text collate "C" not null,
  n      int8 generated always as identity,
  at     int8 not null,
  who    text not null,
  act    text not null,
  reason text not null,
  primary key (job, n)
);

-- Refusals and replays are few among millions of entries; a replay asks for those of a subject, and of a lane.
create index if not exists journal_refused_or_replayed on journal (subject, position) where type in (122, 170);

-- A frozen set of a million waiting requests is read in the order of their place.
create index if not exists waiting_place on waiting (lane, position);
