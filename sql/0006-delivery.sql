-- Every wait is data: timers, and requests that did not go through at once.
create table timer (
  lane    int2 not null,
  subject text collate "C" not null,
  name    text collate "C" not null,
  due_at  int8 not null,
  primary key (lane, subject, name)
);

create table waiting (
  lane       int2 not null,
  subject    text collate "C" not null,
  position   int8 not null,
  target     text collate "C" not null,
  verb       text not null,
  key        text collate "C" not null,
  chain      text collate "C" not null,
  args       text not null,
  digest     text not null,
  planned_at int8 not null,
  attempts   int4 not null,
  next_at    int8 not null,
  state      text not null,
  reason     text not null,
  primary key (lane, subject, position)
);
create index waiting_target on waiting (target, next_at);
