/** People at a message now. Unlogged: a crash of the database empties the table, which is right after 30 seconds. */
export const PRESENCE = `
create unlogged table presence (
  message_id text collate "C" not null,
  user_id text collate "C" not null,
  account_id text collate "C" not null,
  state text collate "C" not null,
  expires_at timestamptz not null,
  primary key (message_id, user_id)
);
create index presence_user on presence (user_id, expires_at);
`;
