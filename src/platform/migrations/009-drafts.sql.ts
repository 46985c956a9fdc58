/**
 * Contents of drafts, each sealed under its data key, and their copies on mail servers. Not facts: both change as often
 * as a person pauses.
 */
export const DRAFTS = `
create table drafts (
  id text collate "C" primary key,
  account_id text collate "C" not null,
  user_id text collate "C",
  taken_from text collate "C",
  revision integer not null,
  sealed bytea,
  people text[] not null,
  saved_by text collate "C" not null,
  sessions jsonb not null,
  begun boolean not null default false,
  ended boolean not null default false,
  begun_at timestamptz not null default now(),
  saved_at timestamptz not null default now(),
  changed_at timestamptz,
  copied integer not null default 0,
  copy_reason text collate "C",
  copy_failures integer not null default 0,
  copy_after timestamptz not null default now()
);
create index drafts_account on drafts (account_id);
create index drafts_people on drafts using gin (people);
create index drafts_to_copy on drafts (saved_at) where changed_at is not null;
create index drafts_not_begun on drafts (begun_at) where not begun;
create unique index drafts_taken_from on drafts (taken_from) where taken_from is not null;
create table draft_copies (
  id text collate "C" primary key,
  draft_id text collate "C" not null,
  account_id text collate "C" not null,
  revision integer not null,
  header text collate "C",
  body_hash text collate "C",
  folder_id text collate "C" not null,
  uid_validity text collate "C" not null,
  uid bigint,
  state text collate "C" not null,
  made_at timestamptz not null default now()
);
create index draft_copies_draft on draft_copies (draft_id);
create index draft_copies_place on draft_copies (folder_id, uid_validity, uid);
create index draft_copies_header on draft_copies (account_id, header);
create index draft_copies_account on draft_copies (account_id) where state <> 'kept';
`;
