/** Data folders of this installation, and the position up to which outgoing mail may have left unseen. */
export const INSTANCES = `
create table instances (
  id text collate "C" primary key,
  inode text collate "C" not null,
  born text collate "C" not null,
  device text collate "C" not null,
  beat bigint not null,
  beat_at timestamptz not null
);
create table unseen_sends (one boolean primary key default true check (one), position text collate "C" not null);
`;
