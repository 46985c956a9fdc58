/**
 * Words of messages that wait to be sent, as their authors wrote them, each sealed under the key of its message. Not
 * facts: nobody needs them once the message has left.
 */
export const WRITTEN_WORDS = `
create table written_words (
  message_id text collate "C" primary key,
  sealed bytea not null,
  kept_until timestamptz not null
);
create index written_words_kept on written_words (kept_until);
`;
