-- Members of cases that are read again from what came in, by its receipt: the name of a member is its case, '#', the receipt and
-- the part of it. Failures alone have rows here.
create index if not exists case_member_receipt
  on case_member ((split_part(split_part(subject, '#', 2), '/', 1))) where again = 'arrival';
