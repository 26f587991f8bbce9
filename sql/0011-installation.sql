-- The lives of this installation: the first one, and one more for each restore from a backup. What is decided in a life
-- that began with a restore may have been decided before: see src/store/postgres/installation.ts. Times are milliseconds
-- since 1970.
create table if not exists installation (
  incarnation   int4 primary key,
  id            text not null,
  began_at      int8 not null,
  restored_from text, -- id of the backup
  backup_at     int8, -- what the backup knows ends here
  control_gap   int8, -- how far control numbers jump ahead of those in the backup
  settled_at    int8  -- a person said that the senders have repeated what they hold
);
insert into installation (incarnation, id, began_at)
select 1, replace(gen_random_uuid()::text, '-', ''), floor(extract(epoch from clock_timestamp()) * 1000)
 where not exists (select from installation);
