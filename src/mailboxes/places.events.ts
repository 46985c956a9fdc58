import type { FlagChange, Flags } from '../messages/flags.events.js';
import type { Box } from '../messages/message.events.js';
import type { Fact, FactShapes } from '../platform/domain.js';

/** Messages of a folder on the server, beside the first place of each message, which its own fact holds. */
export const placesStream = (folderId: string): string => `places-${folderId}`;

/** Messages of one fact. */
export const MOST_IN_FACT = 500;

/** Parts for one fact each. */
export const inParts = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / MOST_IN_FACT) }, (_, n) =>
    all.slice(n * MOST_IN_FACT, (n + 1) * MOST_IN_FACT),
  );

/** A message in a folder. */
export interface PlacedMessage {
  messageId: string;
  uid: number;
}

/** Folder and UIDVALIDITY of UIDs. */
export interface Shelf {
  folderId: string;
  uidValidity: string;
}

type InFolder = { accountId: string } & Shelf;

/**
 * `first-comparison`: found by the first look of this release, without an event of its own on the server.
 * `server`: changed by another program.
 */
export type ChangeCause = 'server' | 'first-comparison';

export type PlacesEvent =
  /** Messages on record are in the folder, too. `box`: that of the folder; null for trash and junk. */
  | Fact<'MessagesPlaced', InFolder & { cause: ChangeCause; box: Box | null; places: (PlacedMessage & Flags)[] }>
  /** Flags that differ from those on record, grouped by equal changes. */
  | Fact<'FlagsChanged', InFolder & { cause: ChangeCause; changes: { set: FlagChange; messages: PlacedMessage[] }[] }>
  /** Messages are in the folder no more. `all`: under this UIDVALIDITY. */
  | Fact<
      'PlacesLeft',
      InFolder & {
        cause: ChangeCause | 'uidvalidity' | 'other-mailbox' | 'folder-gone';
        places: PlacedMessage[] | 'all';
      }
    >;

export const placesFacts: FactShapes<PlacesEvent> = {
  MessagesPlaced: { v: 1 },
  FlagsChanged: { v: 1 },
  PlacesLeft: { v: 1 },
};
