import {
  contains,
  cover,
  format,
  missingFrom,
  parse,
  type Range,
  rangesOf,
  union,
} from '../../mail/servers/uid-set.js';
import { type Cursor, under } from '../cursor.fold.js';
import type { CursorEvent, UidsByReason } from '../mailbox.events.js';

/**
 * UIDVALIDITY in cursors and places (RFC 9051 §2.3.1.1). Two servers may use the same value: the number of the mailbox
 * (`OpenAccount.mailbox`) keeps their messages apart.
 */
export const uidValidityOf = (mailbox: number, onServer: string): string =>
  mailbox === 0 ? onServer : `${onServer}/${mailbox}`;

/** UIDs of a folder on the server. */
export interface Listing {
  uidValidity: string;
  /** ascending */
  listed: readonly number[];
  /** the part of `listed` to fetch: without mail received before `fetchSince` */
  wanted: readonly number[];
  /** number of messages that the server counts and does not list */
  unlisted: number;
}

/** UIDs without a disposition, newest first. UIDs that were skipped are tried again, and last those that failed. */
export function uidsToFetch(state: Cursor, { uidValidity, wanted }: Listing): number[] {
  const { done, failed } = under(state, uidValidity);
  const open = missingFrom(wanted, parse(done));
  const fresh = Object.values(failed).reduce((left, uids) => missingFrom(left, parse(uids)), open);
  const isFresh = new Set(fresh);
  return [...fresh.toReversed(), ...open.filter((uid) => !isFresh.has(uid)).toReversed()];
}

/** Highest UID of the import: of the first listing under its UIDVALIDITY. Messages with higher UIDs are new. */
export const importedUpTo = (state: Cursor, { uidValidity, listed }: Pick<Listing, 'uidValidity' | 'listed'>): number =>
  under(state, uidValidity).imported ?? listed.at(-1) ?? 0;

/** Dispositions of some UIDs. */
export interface Step {
  received: number[];
  /** number of received messages that were on record before */
  known: number;
  /** deleted on the server since the listing */
  gone: number[];
  failed: { uid: number; reason: string }[];
}

const TOO_OLD = 'received-before-fetch-since';

export function moveCursor(
  before: Cursor,
  where: { accountId: string; folderId: string; fetchId: string | null },
  listing: Listing,
  step: Step,
): CursorEvent[] {
  const { uidValidity, listed, wanted, unlisted } = listing;
  const onServer = listed.length + unlisted;
  const state = under(before, uidValidity);
  const already = parse(state.done);
  const received = missingFrom(step.received, already);
  const done = cover(
    already,
    listed,
    [...step.received, ...step.gone].toSorted((a, b) => a - b),
  );
  const unwanted = wanted === listed ? [] : missingFrom(listed, rangesOf(wanted));
  const tooOld = rangesOf(missingFrom(unwanted, done));
  const skipped: UidsByReason = tooOld.length > 0 ? { [TOO_OLD]: format(tooOld) } : {};
  const failed = failures(state, listed, done, step);
  const settled = union(union(done, tooOld), Object.values(failed).flatMap(parse));
  const outstanding = missingFrom(listed, settled).length + unlisted;
  const total = { received: state.received + received.length, skipped: count(skipped), failed: count(failed) };
  const unchanged =
    before.uidValidity === uidValidity &&
    step.received.length + step.gone.length + step.failed.length === 0 &&
    JSON.stringify([skipped, failed, outstanding, onServer]) ===
      JSON.stringify([before.skipped, before.failed, before.outstanding, before.onServer]);
  if (unchanged) return [];
  return [
    {
      type: 'CursorMoved',
      data: {
        ...where,
        uidValidity,
        imported: importedUpTo(before, listing),
        done: format(done),
        skipped,
        failed,
        onServer,
        outstanding,
        total,
        step: { received: received.length, known: step.known, skipped: step.gone.length, failed: step.failed.length },
      },
    },
  ];
}

/** UIDs by their newest reason of failure. Failures stay until the message is received or deleted. */
function failures(state: Cursor, listed: readonly number[], done: readonly Range[], step: Step): UidsByReason {
  const reasonOf = new Map<number, string>();
  for (const [reason, set] of Object.entries(state.failed)) {
    const ranges = parse(set);
    for (const uid of listed) if (contains(ranges, uid) && !contains(done, uid)) reasonOf.set(uid, reason);
  }
  for (const { uid, reason } of step.failed) reasonOf.set(uid, reason);
  const reasons = new Set(reasonOf.values());
  const uidsOf = (reason: string): number[] => [...reasonOf.keys()].filter((uid) => reasonOf.get(uid) === reason);
  return Object.fromEntries([...reasons].map((reason) => [reason, format(rangesOf(uidsOf(reason)))]));
}

const count = (sets: UidsByReason): number =>
  Object.values(sets)
    .flatMap(parse)
    .reduce((sum, [first, last]) => sum + last - first + 1, 0);
