-- Loads of carriers that speak EDI: one row for each name that a carrier may call a shipment by (acme/load/fast/bol B-17).
create table if not exists load_state (
  lane    int2 not null,
  subject text collate "C" not null,
  state   bytea not null,
  primary key (lane, subject)
) with (fillfactor = 90);
