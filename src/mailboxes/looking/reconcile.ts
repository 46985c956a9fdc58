import { differing } from '../../messages/imap-flags.js';
import type { FlagChange, Flags } from '../../messages/flags.events.js';
import type { PlacedMessage } from '../places.events.js';

/** A message of a folder as on record. */
export type BasePlace = PlacedMessage & Flags;

/** Flags that people changed and the server does not have yet, by message. */
export type PendingMarks = ReadonlyMap<string, FlagChange>;

export interface Shown {
  /** flags by UID; messages that are left out have not changed */
  flags: ReadonlyMap<number, Flags>;
  /** true for a UID that is in the folder no more */
  isGone: (uid: number) => boolean;
}

export interface Changes {
  /** messages with equal changes together */
  flags: { set: FlagChange; messages: PlacedMessage[] }[];
  left: PlacedMessage[];
}

/**
 * Compares a folder on record with the server, flag by flag. A flag with a wish is left out until the server has
 * accepted or refused the wish: then the value of the server counts.
 */
export function reconcile(base: Iterable<BasePlace>, wishes: PendingMarks, { flags, isGone }: Shown): Changes {
  const left: PlacedMessage[] = [];
  const groups = new Map<string, { set: FlagChange; messages: PlacedMessage[] }>();
  for (const place of base) {
    const { messageId, uid } = place;
    if (isGone(uid)) {
      left.push({ messageId, uid });
      continue;
    }
    const shown = flags.get(uid);
    if (!shown) continue;
    const set = without(differing(place, shown), wishes.get(messageId));
    const key = JSON.stringify(set);
    if (key === '{}') continue;
    const group = groups.get(key) ?? { set, messages: [] };
    group.messages.push({ messageId, uid });
    groups.set(key, group);
  }
  return { flags: [...groups.values()], left };
}

const without = (change: FlagChange, wished: FlagChange | undefined): FlagChange =>
  wished ? Object.fromEntries(Object.entries(change).filter(([flag]) => !(flag in wished))) : change;
