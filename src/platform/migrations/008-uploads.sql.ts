/**
 * Files that wait to be sent. Each has a key of its own in its row, so that its bytes are unreadable without the row.
 * Not facts: most are gone after a day.
 */
export const UPLOADS = `
create table uploads (
  id text collate "C" primary key,
  owner text collate "C" not null,
  wrapped bytea not null,
  described bytea not null,
  hash text collate "C",
  size bigint not null,
  held_by text collate "C",
  created_at timestamptz not null default now()
);
create index uploads_owner on uploads (owner);
create index uploads_held_by on uploads (held_by) where held_by is not null;
create index uploads_waiting on uploads (created_at) where held_by is null;
`;
