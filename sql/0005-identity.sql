-- Which names mean the same thing, and what an order is checked against. One row for each object, the newest word of
-- its owner; the body is what the owner said. Written in the turn that took the change in.
create table master_item (
  lane       int2 not null,
  subject    text collate "C" not null,
  body       text not null,
  changed_at int8 not null,
  primary key (lane, subject)
);

create table master_customer (like master_item including all);
create table master_price (like master_item including all);

-- How a system calls an object. A key is retired, never given to another object.
create table crosswalk (
  lane      int2 not null,
  subject   text collate "C" not null,
  canonical text collate "C" not null,
  since     int8 not null,
  retired   int8,
  primary key (lane, subject)
);
create index crosswalk_canonical on crosswalk (canonical);

-- Orders whose item, ship-to or customer is not known yet: they are told when it becomes known.
create table reference_wait (
  lane    int2 not null,
  subject text collate "C" not null,
  body    text not null,
  primary key (lane, subject)
);

-- One row for each EDI partner: control numbers given and seen, what waits for its acknowledgement.
create table mailbox_state (
  lane    int2 not null,
  subject text collate "C" not null,
  state   bytea not null,
  primary key (lane, subject)
) with (fillfactor = 50);
