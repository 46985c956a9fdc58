-- The tables of commit d387647, a release before migrations, with a row in each.

create table attempt_counts (
  since timestamptz not null, who text collate "C" not null, what text collate "C" not null, times integer not null,
  primary key (since, who, what)
);

create table sessions (
  hash bytea primary key, user_id text not null, created_at timestamptz not null default now(), expires_at timestamptz not null
);
alter table sessions add column as_of text collate "C" not null default '';
alter table sessions add column by_provider boolean not null default false;
create index sessions_user on sessions (user_id);
create table token_hashes (hash bytea primary key, token_id text not null unique);

create table last_use (who text collate "C" primary key, at timestamptz not null);

create table used_sign_ins (id text primary key, at timestamptz not null default now());

create table blobs (
  name text collate "C" primary key, pack text collate "C" not null, at bigint not null, size bigint not null
);
create index blobs_pack on blobs (pack);
create table retired_blobs (
  name text collate "C" not null, pack text collate "C" not null, at bigint not null, size bigint not null,
  primary key (pack, at)
);
create index retired_blobs_name on retired_blobs (name);
create table pack_sweeps (
  single boolean primary key default true check (single), mark text not null, since timestamptz not null,
  ended_at timestamptz
);

create table checkpoints (
  name text collate "C" primary key,
  log uuid not null,
  position text collate "C" not null,
  at_head timestamptz,
  failure jsonb
);

create table idempotent_answers (
  key text primary key, body text not null, at timestamptz not null default now(), status integer, answer jsonb
);

create table log_identity (single boolean primary key default true check (single), id uuid not null);
insert into log_identity (id) values (gen_random_uuid()) on conflict do nothing;

create table facts (
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

create table data_keys (
  id text collate "C" primary key,
  wrapped bytea,
  destroyed_at timestamptz
);

create table master_key_check (single boolean primary key default true check (single), sealed bytea not null);

create table vault (
  name text collate "C" not null,
  version integer not null,
  sealed bytea not null,
  primary key (name, version)
);
alter table vault add column unsettled text;
create index vault_unsettled on vault (name) where unsettled is not null;
create table vault_versions (name text collate "C" primary key, last integer not null);
create table vault_closed (owner text collate "C" primary key);

-- The rows.
insert into facts values (1, gen_random_uuid(), 'company-1', 0, 'CompanyCreated', '{"companyId":"1"}', '{"v":1}');
insert into checkpoints values ('companies@1', (select id from log_identity), '00000000000000000001', now(), '{"position":"1"}');
insert into master_key_check (sealed) values ('sealed');
insert into data_keys values ('1', 'wrapped', null), ('2', null, now());
insert into vault values ('account-1/password', 2, 'sealed', 'c0ffee');
insert into vault_versions values ('account-1/password', 2);
insert into vault_closed values ('account-2');
insert into blobs values ('1', 'pack', 0, 10);
insert into retired_blobs values ('1', 'old pack', 5, 10);
insert into pack_sweeps (mark, since) values ('mark', now());
insert into sessions values ('hash', 'ada', now(), now(), '00000000000000000001', true);
insert into token_hashes values ('hash', 'token');
insert into used_sign_ins (id) values ('1');
insert into last_use values ('user:ada', now());
insert into idempotent_answers values ('key', 'body', now(), 200, '{"id":"1"}');
insert into attempt_counts values (now(), 'user:ada', 'account-not-found', 2);
