/** Ticks of `TrashClock`: the head of the log at a time, and the age that the clock counts. */
export const TRASH_CLOCK = `
create table trash_clock (
  tick bigint generated always as identity primary key,
  position text collate "C" not null,
  at timestamptz not null,
  age_ms bigint not null
);
`;
