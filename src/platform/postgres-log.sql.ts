/** Schema of the PostgreSQL log. Stays within PostgreSQL 15. */
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

-- Many appends, one transaction. The lock is a statement of its own, so the next one reads what the last holder committed:
-- positions are given in commit order and without gaps, also with several processes.
-- Sequential scans are ruled out because a plan made while the table was small would otherwise be kept.
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
  with given as materialized (
    select * from unnest(appends, ids, streams, expected, types, datas, metadatas)
      with ordinality as g (append, id, stream, expected, type, data, metadata, n)
  ), asked as materialized (
    select distinct on (g.append) g.append, g.id, g.stream, g.expected from given g order by g.append, g.n desc
  ), judged as materialized (
    select a.append, a.expected, a.stream,
      (select f.revision from facts f where f.stream = a.stream order by f.revision desc limit 1) as head,
      known.stream as known_stream, known.revision as known_revision, known.position as known_position
    from asked a left join facts known on known.id = a.id
  ), inserted as (
    insert into facts (position, id, stream, revision, type, data, metadata)
    select base + row_number() over (order by g.n), g.id, g.stream,
      g.expected + row_number() over (partition by g.append order by g.n), g.type, g.data, g.metadata
    from given g join judged j on j.append = g.append
    where j.known_stream is null and coalesce(j.head, -1) = j.expected
    returning facts.stream, facts.revision, facts.position
  ), last as (
    select i.stream, max(i.revision) as revision, max(i.position) as position from inserted i group by i.stream
  )
  select j.append,
    case when j.known_stream = j.stream then 'known' when j.known_stream is not null then 'id-taken'
      when l.stream is not null then 'appended' else 'moved' end,
    coalesce(j.known_revision, l.revision, j.head, -1)::integer,
    coalesce(j.known_position, l.position, 0)::bigint
  from judged j left join last l on l.stream = j.stream;
  perform pg_notify('facts', '');
end $$;
`;
