create table if not exists process_state (
  lane    int2 not null,
  subject text collate "C" not null,
  state   bytea not null,
  primary key (lane, subject)
) with (fillfactor = 70);
