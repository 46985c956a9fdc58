/**
 * The tables of the releases before migrations, in any state of these releases: missing, complete, or without some
 * columns.
 */
export const TABLES_BEFORE_MIGRATIONS = `
create table if not exists log_identity (single boolean primary key default true check (single), id uuid not null);

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

create table if not exists checkpoints (
  name text collate "C" primary key,
  log uuid not null,
  position text collate "C" not null,
  at_head timestamptz,
  failure jsonb
);
alter table checkpoints add column if not exists building text collate "C";

create table if not exists leases (
  work text not null,
  key text not null,
  -- names an advisory lock of the process: free once the process is dead
  holder uuid not null,
  -- reason of a pause
  paused text,
  primary key (work, key)
);
create index if not exists leases_holder on leases (holder);

create table if not exists master_key_check (
  single boolean primary key default true check (single), sealed bytea not null
);

create table if not exists data_keys (
  id text collate "C" primary key,
  wrapped bytea,
  destroyed_at timestamptz
);

create table if not exists vault (
  name text collate "C" not null,
  version integer not null,
  sealed bytea not null,
  primary key (name, version)
);
alter table vault add column if not exists unsettled text;
create index if not exists vault_unsettled on vault (name) where unsettled is not null;
create table if not exists vault_versions (name text collate "C" primary key, last integer not null);
create table if not exists vault_closed (owner text collate "C" primary key);

-- The place of each blob. A blob without a row is absent, even if a pack holds its bytes.
create table if not exists blobs (
  name text collate "C" primary key, pack text collate "C" not null, at bigint not null, size bigint not null
);
create index if not exists blobs_pack on blobs (pack);
-- Copies that compaction left in old packs, until those packs are deleted.
create table if not exists retired_blobs (
  name text collate "C" not null, pack text collate "C" not null, at bigint not null, size bigint not null,
  primary key (pack, at)
);
create index if not exists retired_blobs_name on retired_blobs (name);
create table if not exists pack_sweeps (
  single boolean primary key default true check (single), mark text not null, since timestamptz not null,
  ended_at timestamptz
);
create table if not exists missing_blobs (
  name text collate "C" primary key,
  state text not null,
  -- null until the repair has read the message
  account text collate "C",
  -- only shown
  since timestamptz not null default now()
);
create index if not exists missing_blobs_account on missing_blobs (state, account);

create table if not exists sessions (
  hash bytea primary key, user_id text not null, created_at timestamptz not null default now(), expires_at timestamptz not null
);
alter table sessions add column if not exists as_of text collate "C" not null default '';
alter table sessions add column if not exists by_provider boolean not null default false;
create index if not exists sessions_user on sessions (user_id);
create table if not exists token_hashes (hash bytea primary key, token_id text not null unique);
create table if not exists used_sign_ins (id text primary key, at timestamptz not null default now());
create table if not exists last_use (who text collate "C" primary key, at timestamptz not null);

create table if not exists idempotent_answers (
  key text primary key, body text not null, at timestamptz not null default now(), status integer, answer jsonb
);

create table if not exists attempt_counts (
  since timestamptz not null, who text collate "C" not null, what text collate "C" not null, times integer not null,
  primary key (since, who, what)
);

create table if not exists imported_log (
  single boolean primary key default true check (single),
  export uuid not null,
  -- last positions of the imported facts, there and here; null until all tables are imported
  old_head text collate "C",
  new_head text collate "C",
  finished_at timestamptz
);
`;
