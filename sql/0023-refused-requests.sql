-- What was refused at the door, by the key that was shown where it was a good one: never a body, never a key's text, never more
-- rows than the minute's cap; alike refusals of a minute are counted.
create table if not exists refused_request (
  tenant   text collate "C" not null,
  at       int8 not null,
  key      text collate "C" not null, -- the name of the key; '' for nobody that is known
  source   text collate "C" not null,
  method   text collate "C" not null,
  route    text collate "C" not null,
  code     text collate "C" not null,
  status   int2 not null,
  count    int8 not null,
  trace_id text not null,
  primary key (tenant, at, key, source, method, route, code)
);
