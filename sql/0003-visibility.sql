-- What people see. This room follows the journal by cursor, on its own time; its tables can be emptied and are then
-- filled again from the beginning. A cursor moves in the same transaction as what was read up to it.
create table follower_cursor (
  room     text not null,
  lane     int2 not null,
  position int8 not null,
  primary key (room, lane)
) with (fillfactor = 50);

create table order_view (
  lane           int2 not null,
  subject        text collate "C" not null,
  tenant         text collate "C" not null,
  stage          text not null,
  stage_since    int8 not null,
  customer       text collate "C" not null,
  customer_order text collate "C" not null,
  number         text collate "C" not null,
  channel        text collate "C" not null,
  received_at    int8 not null,
  accepted_at    int8,
  released_at    int8,
  updated_at     int8 not null,
  lines          int4 not null,
  open_lines     int4 not null,
  backordered    int4 not null,
  holds          text not null,
  facilities     text not null,
  amount         text,
  currency       text,
  trouble        text,
  over           bool not null,
  primary key (lane, subject)
) with (fillfactor = 70);
create index order_view_stage on order_view (tenant, stage, subject);
create index order_view_open on order_view (tenant, subject) where not over;

-- Everything an order is known by: purchase order, ERP number, shipment, tracking number, carton, SSCC, invoice.
create table search_key (
  tenant  text collate "C" not null,
  value   text collate "C" not null,
  kind    text collate "C" not null,
  subject text collate "C" not null,
  primary key (tenant, value, kind, subject)
);

-- Durations as histograms by hour: bucket b counts those from 2^(b/8) ms up to the next.
create table kpi_bucket (
  tenant   text collate "C" not null,
  kpi      text collate "C" not null,
  hour     int4 not null,
  facility text collate "C" not null,
  channel  text collate "C" not null,
  bucket   int2 not null,
  count    int8 not null,
  primary key (tenant, kpi, hour, facility, channel, bucket)
) with (fillfactor = 50);

create table kpi_count (
  tenant text collate "C" not null,
  name   text collate "C" not null,
  hour   int4 not null,
  count  int8 not null,
  primary key (tenant, name, hour)
) with (fillfactor = 50);

-- Shipments that left and that the ERP has not acknowledged: the request on its way, and when the goods left.
create table goods_issue (
  lane          int2 not null,
  position      int8 not null,
  subject       text collate "C" not null,
  shipment      text collate "C" not null,
  facility      text collate "C" not null,
  channel       text collate "C" not null,
  dispatched_at int8 not null,
  primary key (lane, position)
);
