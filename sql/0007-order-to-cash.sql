-- What rooms of the order-to-cash chain keep inside the turn. The ledger of an order is packed and rewritten with every
-- step, so it carries no facts; the facts are written once. Columns beside it are what people list and search by.
create table order_state (
  lane           int2 not null,
  subject        text collate "C" not null,
  state          bytea not null,
  position       int8 not null, -- of order.received in its lane
  stage          text not null,
  customer       text not null,
  customer_order text not null,
  channel        text not null,
  received_at    int8 not null,
  updated_at     int8 not null,
  open           int2 not null,
  primary key (lane, subject)
) with (fillfactor = 80);

create table order_facts (
  lane    int2 not null,
  subject text collate "C" not null,
  facts   bytea not null,
  primary key (lane, subject)
);

-- A row only while the process has something to do: finished orders leave none.
create table if not exists process_state (
  lane    int2 not null,
  subject text collate "C" not null,
  state   bytea not null,
  primary key (lane, subject)
) with (fillfactor = 70);

create table shipment_state (
  lane    int2 not null,
  subject text collate "C" not null,
  state   bytea not null,
  primary key (lane, subject)
) with (fillfactor = 90);

create table invoice_state (
  lane    int2 not null,
  subject text collate "C" not null,
  state   bytea not null,
  primary key (lane, subject)
);
