-- Relayed documents by what they are called, and by the business object they speak of: acme/document/fast/load/L-1#in/….
-- Neither ever changes in a row, so a row that is updated stays on its page.
create index if not exists relayed_document_key on relayed_document (tenant, key);
create index if not exists relayed_document_object
  on relayed_document (tenant, (split_part(split_part(subject, '#', 1), '/', 5)));
