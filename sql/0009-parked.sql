-- Subjects that could not be worked on: why, since when, and which of their inputs are kept ([first, next) by number).
-- `told` is false for what the supervisor parked from outside a turn: the journal has not said so yet.
create table if not exists parked (
  lane       int2 not null,
  subject    text collate "C" not null,
  room       text not null,
  reason     text not null,
  blamed     text collate "C" not null, -- the subject whose handler failed; mostly the subject itself
  since      int8 not null,
  first      int8 not null,
  next       int8 not null,
  resumed_by text, -- its kept inputs are being worked on, in order
  told       bool not null,
  primary key (lane, subject)
);
create index if not exists parked_since on parked (since);

-- What came for a parked subject, under `<subject> <number>`.
create table if not exists parked_input (
  lane int2 not null,
  name text collate "C" not null,
  body bytea not null,
  primary key (lane, name)
);
