-- Who may call. Only digests of keys are kept (SHA-256 of 256 random bits); a key is shown once, when it is made.
-- Times are milliseconds since 1970, as everywhere.
create table api_key (
  digest       bytea primary key,
  tenant       text collate "C" not null,
  name         text collate "C" not null,
  system       text collate "C",
  scopes       text[] not null,
  made_at      int8 not null,
  made_by      text not null,
  expires_at   int8 not null,
  revoked_at   int8,
  last_used_at int8
);
-- A name can be used again after its key was revoked; what the old one did stays told apart by `made_at`.
create unique index api_key_name on api_key (tenant, name) where revoked_at is null;

create table setup_token (
  digest     bytea primary key,
  tenant     text collate "C" not null,
  expires_at int8 not null,
  used_at    int8
);

-- What was refused at the door: never the body, and never more rows than the minute's cap; alike refusals are counted.
create table refusal (
  at       int8 not null,
  tenant   text collate "C" not null,
  source   text collate "C" not null,
  method   text not null,
  route    text not null,
  code     text not null,
  count    int8 not null,
  trace_id text not null,
  primary key (at, tenant, source, method, route, code)
);
