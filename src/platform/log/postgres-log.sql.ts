/** Schema of the log in PostgreSQL. It needs no feature newer than PostgreSQL 15. */
export const POSTGRES_LOG_SCHEMA = `
create table if not exists log_identity (single boolean primary key default true check (single), id uuid not null);
insert into log_identity (id) values (gen_random_uuid()) on conflict do nothing;

create table if not exists facts (
  position bigint primary key,
  id uuid not null unique,
  stream text collate "C" not null,
  revision integer not null,
  type text collate "C" not null,
  data json not null,
  metadata json not null,
  unique (stream, revision)
);

-- Many appends in one transaction. The notification carries the last position. The lock is a statement of its own, so
-- that the next statement sees the commit of the last holder: positions are in commit order and without gaps, also with
-- several processes. Scans and joins without index are off: PostgreSQL would keep such a plan from the time when the
-- table was small.
create or replace function append_facts(
  appends integer[], ids uuid[], streams text[], expected integer[], types text[], datas json[], metadatas json[]
) returns table (append integer, outcome text, revision integer, "position" bigint)
language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare base bigint;
begin
  perform pg_advisory_xact_lock(7041958);
  select coalesce(max(f.position), 0) into base from facts f;
  return query
  with given as (
    select * from unnest(appends, ids, streams, expected, types, datas, metadatas)
      with ordinality as g (append, id, stream, expected, type, data, metadata, n)
  ), counted as (
    select g.*, row_number() over (partition by g.append order by g.n) as nth, count(*) over (partition by g.append) as size
    from given g
  ), judged as materialized (
    select c.*, first_value(case when c.nth = 1 then coalesce(
        (select f.revision from facts f where f.stream = c.stream order by f.revision desc limit 1), -1) end) over one as head,
      last_value(known.stream) over one as known_stream, known.revision as known_revision, known.position as known_position
    from counted c left join lateral (
      select f.stream, f.revision, f.position from facts f where c.nth = c.size and f.id = c.id
    ) known on true
    window one as (partition by c.append order by c.nth rows between unbounded preceding and unbounded following)
  ), placed as materialized (
    select j.*, base + row_number() over (order by j.n) as place from judged j where j.known_stream is null and j.head = j.expected
  ), inserted as (
    insert into facts (position, id, stream, revision, type, data, metadata)
    select p.place, p.id, p.stream, p.expected + p.nth, p.type, p.data, p.metadata from placed p
  )
  select p.append, 'appended', (p.expected + p.size)::integer, p.place from placed p where p.nth = p.size
  union all
  select j.append, case when j.known_stream = j.stream then 'known' when j.known_stream is not null then 'id-taken' else 'moved' end,
    coalesce(j.known_revision, j.head), coalesce(j.known_position, 0)
  from judged j where j.nth = j.size and (j.known_stream is not null or j.head <> j.expected);
  perform pg_notify('facts', max(f.position)::text) from facts f;
end $$;
`;
