-- Members of cases: one row for each failure, in the lane of its case, so that a case may have a million. The name of a
-- member is its case, '#', and its subject or receipt: members of a case lie together and are read page by page.
create table if not exists case_member (
  lane             int2 not null,
  subject          text collate "C" not null,
  standing         text not null,
  life             int4 not null,
  about            text collate "C" not null,
  about_lane       int2 not null,
  again            text not null,
  failure_lane     int2 not null,
  failure_position int8 not null,
  at               int8 not null,
  detail           text not null,
  primary key (lane, subject)
) with (fillfactor = 80);

-- What earlier releases wrote into the journal and kept as a list in the case's own row: one row for each subject, as it
-- failed last, just as the events fold. Inside its case it is called by kind and id, without the tenant.
insert into case_member
select distinct on (lane, name) lane, name, 'open', life, about, about_lane, again, failure_lane, failure_position, at, detail
  from (
    select j.lane, j.position, j.at,
           j.subject || '#' || coalesce(d ->> 'member', substr(d ->> 'about', strpos(d ->> 'about', '/') + 1)) as name,
           coalesce((d ->> 'life')::int4, 0) as life,
           d ->> 'about' as about,
           coalesce((select f.lane from journal f where f.subject = d ->> 'about' limit 1), 0) as about_lane,
           coalesce(d ->> 'again', 'person') as again,
           coalesce((d -> 'failure' ->> 0)::int2, 0) as failure_lane,
           coalesce((d -> 'failure' ->> 1)::int8, 0) as failure_position,
           case jsonb_typeof(d -> 'detail') when 'string' then left(d ->> 'detail', 300) else '' end as detail
      from case_state c
      join journal j on j.subject = c.subject and j.type in (150, 151)
      cross join lateral (select convert_from(j.body, 'UTF8')::jsonb -> 'd') body(d)
  ) told
 order by lane, name, position desc
    on conflict (lane, subject) do update
   set standing = excluded.standing, life = excluded.life, about = excluded.about, about_lane = excluded.about_lane,
       again = excluded.again, failure_lane = excluded.failure_lane, failure_position = excluded.failure_position,
       at = excluded.at, detail = excluded.detail
 where excluded.at > case_member.at;

-- What people put right on the way in: another name for something of ours, another value in a partner's documents.
create table if not exists master_correction (like master_item including all);
