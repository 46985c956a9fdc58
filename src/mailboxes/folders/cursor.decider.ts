import type { Decider } from '../../platform/domain.js';
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
import type { CursorEvent, UidsByReason } from '../mailbox.events.js';

/** Which UIDs of a folder have a disposition, under one UIDVALIDITY. The last fact of the stream holds all of it. */
export interface Cursor {
  uidValidity: string | null;
  done: string;
  skipped: UidsByReason;
  failed: UidsByReason;
  received: number;
  onServer: number;
  outstanding: number;
}

const EMPTY = { done: '', skipped: {}, failed: {}, received: 0, onServer: -1, outstanding: -1 };

export const cursor: Decider<Cursor, CursorEvent> = {
  initial: { ...EMPTY, uidValidity: null },
  evolve: (_, { data }) => ({
    uidValidity: data.uidValidity,
    done: data.done,
    skipped: data.skipped,
    failed: data.failed,
    received: data.total.received,
    onServer: data.onServer,
    outstanding: data.outstanding,
  }),
};

/** Under another UIDVALIDITY no UID means what it meant (RFC 9051 §2.3.1.1): everything is looked at again. */
export const under = (state: Cursor, uidValidity: string): Cursor =>
  state.uidValidity === uidValidity ? state : { ...EMPTY, uidValidity };

/** What the server shows in a folder. */
export interface Listing {
  uidValidity: string;
  /** ascending */
  listed: readonly number[];
  /** of these, the ones to fetch: not those received before fetchSince */
  wanted: readonly number[];
}

/** Newest first. What failed or was skipped before is looked at again. */
export const uidsToFetch = (state: Cursor, { uidValidity, wanted }: Listing): number[] =>
  missingFrom([...wanted], parse(under(state, uidValidity).done)).toReversed();

/** What became of some UIDs. */
export interface Step {
  received: number[];
  /** of the received, how many were on record before */
  known: number;
  /** gone from the server since it was listed */
  gone: number[];
  failed: { uid: number; reason: string }[];
}

const TOO_OLD = 'received-before-fetch-since';

export function moveCursor(
  before: Cursor,
  where: { accountId: string; folderId: string; fetchId: string },
  listing: Listing,
  step: Step,
): CursorEvent[] {
  const { uidValidity, listed, wanted } = listing;
  const state = under(before, uidValidity);
  const already = parse(state.done);
  const received = missingFrom(step.received, already);
  const done = cover(
    already,
    [...listed],
    [...step.received, ...step.gone].toSorted((a, b) => a - b),
  );
  const tooOld = rangesOf(missingFrom(missingFrom([...listed], rangesOf([...wanted])), done));
  const skipped: UidsByReason = tooOld.length > 0 ? { [TOO_OLD]: format(tooOld) } : {};
  const failed = failures(state, listed, done, step);
  const settled = union(union(done, tooOld), Object.values(failed).flatMap(parse));
  const outstanding = missingFrom([...listed], settled).length;
  const total = { received: state.received + received.length, skipped: count(skipped), failed: count(failed) };
  const unchanged =
    before.uidValidity === uidValidity &&
    step.received.length + step.gone.length + step.failed.length === 0 &&
    JSON.stringify([skipped, failed, outstanding, listed.length]) ===
      JSON.stringify([before.skipped, before.failed, before.outstanding, before.onServer]);
  if (unchanged) return [];
  return [
    {
      type: 'CursorMoved',
      data: {
        ...where,
        uidValidity,
        done: format(done),
        skipped,
        failed,
        onServer: listed.length,
        outstanding,
        total,
        step: { received: received.length, known: step.known, skipped: step.gone.length, failed: step.failed.length },
      },
    },
  ];
}

/** Earlier failures stay until the message is received or gone; the newest reason counts. */
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
