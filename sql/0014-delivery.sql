-- What waits is read back from disk in order while its target's window drains: by workload class and partner, the
-- oldest first; and it is listed for people page by page. Rows written before are of class 1, of no partner.
alter table waiting add column if not exists class int2 not null default 1;
alter table waiting add column if not exists partner text collate "C" not null default '';
create index if not exists waiting_walk on waiting (target, state, class, partner, planned_at, lane, position);
create index if not exists waiting_list on waiting (target, state, planned_at, lane, position);

-- What people said about each system: whether an operator paused it.
create table if not exists system_state (
  lane    int2 not null,
  subject text collate "C" not null,
  body    text not null,
  primary key (lane, subject)
) with (fillfactor = 50);

-- What outlives the process of a breaker: since when and why a system fails, and when it is probed; empty: it answers.
create table if not exists breaker_memory (
  lane    int2 not null,
  subject text collate "C" not null,
  at      int8 not null,
  body    text not null,
  primary key (lane, subject)
) with (fillfactor = 50);
