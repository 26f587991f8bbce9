-- Messages over AS2 whose receipt comes by itself, at whichever instance: who waits for one, and what it said.
create table if not exists as2_wait (
  message_id text primary key,
  sent_at timestamptz not null default now(),
  receipt jsonb
);

create index if not exists as2_wait_sent_at on as2_wait (sent_at);
