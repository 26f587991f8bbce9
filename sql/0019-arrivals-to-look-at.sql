-- What came in and was refused, or was here before, by who sent it: what a person looks for. An arrival that is simply
-- accepted has no entry here and costs nothing.
create index if not exists receipt_not_accepted on receipt (tenant, sender, at, id) where verdict <> 'accepted';
