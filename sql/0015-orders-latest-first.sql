-- Lists show the order received last first, and read on from the last one shown: an order's id says nothing of its age.
create index if not exists order_view_received on order_view (tenant, received_at desc, subject desc);
create index if not exists order_view_stage_received on order_view (tenant, stage, received_at desc, subject desc);
