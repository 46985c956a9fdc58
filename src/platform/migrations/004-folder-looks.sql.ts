/** Last look at each folder of a mail server. Not facts: a look that finds no change leaves nothing else. */
export const FOLDER_LOOKS = `
create table folder_looks (
  folder_id text collate "C" primary key,
  account_id text collate "C" not null,
  uid_validity text collate "C" not null,
  uid_next bigint not null,
  exists integer not null,
  highest_modseq numeric(20),
  fetch_since text collate "C",
  compared_at timestamptz not null,
  looked_at timestamptz not null
);
create index folder_looks_account on folder_looks (account_id);
`;
