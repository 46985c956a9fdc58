/** Mails that accounts sent, counted in slots of a minute, an hour and a day; and the paces that servers asked for. */
export const SENDING_LIMITS = `
create table sent_counts (
  account_id text collate "C" not null,
  span text collate "C" not null,
  slot timestamptz not null,
  count integer not null,
  primary key (account_id, span, slot)
);
create index sent_counts_slot on sent_counts (slot);
create table sending_paces (
  account_id text collate "C" primary key,
  per_minute integer,
  yielded_at timestamptz
);
`;
