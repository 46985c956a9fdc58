import type { FlagChange, Flags } from './flags.events.js';

/** IMAP names: RFC 9051 §2.3.2, RFC 5788. */
const NAMES: Readonly<Record<keyof Flags, string>> = {
  seen: '\\Seen',
  flagged: '\\Flagged',
  answered: '\\Answered',
  forwarded: '$Forwarded',
  deleted: '\\Deleted',
};
const KNOWN = Object.keys(NAMES) as (keyof Flags)[];

/** Flags of a message as a server names them, in any case (RFC 9051 §9). */
export function flagsOf(names: Iterable<string>): Flags {
  const given = new Set([...names].map((name) => name.toLowerCase()));
  const has = (flag: keyof Flags): boolean => given.has(NAMES[flag].toLowerCase());
  return {
    seen: has('seen'),
    flagged: has('flagged'),
    answered: has('answered'),
    forwarded: has('forwarded'),
    deleted: has('deleted'),
  };
}

/** Names for STORE. */
export const toStore = (change: FlagChange): { add: string[]; remove: string[] } => ({
  add: KNOWN.filter((flag) => change[flag] === true).map((flag) => NAMES[flag]),
  remove: KNOWN.filter((flag) => change[flag] === false).map((flag) => NAMES[flag]),
});

/** Flags of `now` that differ from `before`. */
export const differing = (before: Flags, now: Flags): FlagChange =>
  Object.fromEntries(KNOWN.filter((flag) => before[flag] !== now[flag]).map((flag) => [flag, now[flag]]));
