-- A correction that is tried on the members of a case, and then released: a job that is rows, so that it goes on after
-- a crash, on any instance. Its cursor is the last member that was tried; counts move with it in one statement.
create table if not exists case_trial (
  id           text collate "C" primary key,
  tenant       text collate "C" not null,
  case_subject text collate "C" not null,
  made_by      text not null,
  made_at      int8 not null,
  state        text not null, -- trying, tried, releasing, released, cancelled
  corrections  text not null,
  seen_to      text collate "C" not null default '',
  of           int8 not null, -- members that were left when it began
  succeeds     int8 not null default 0,
  fails        int8 not null default 0,
  conflicts    int8 not null default 0,
  done         int8 not null default 0,
  in_doubt     int8 not null default 0,
  released_by  text,
  with_doubt   bool not null default false,
  released     int8 not null default 0,
  failed       int8 not null default 0,
  worker       text,
  worker_until timestamptz
) with (fillfactor = 50);
create index if not exists case_trial_under_way on case_trial (state) where state in ('trying', 'releasing');
create index if not exists case_trial_case on case_trial (case_subject, made_at);

create table if not exists case_trial_member (
  trial            text collate "C" not null,
  member           text collate "C" not null,
  about            text collate "C" not null,
  about_lane       int2 not null,
  again            text not null,
  failure_lane     int2 not null,
  failure_position int8 not null,
  verdict          text not null,
  why              text not null,
  outcome          text,
  outcome_why      text,
  primary key (trial, member)
) with (fillfactor = 80);
create index if not exists case_trial_member_to_do on case_trial_member (trial, verdict, member) where outcome is null;
