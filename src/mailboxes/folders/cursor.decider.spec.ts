import fc from 'fast-check';
import { contains, parse } from '../../mail/servers/uid-set.js';
import { cursor, type Cursor } from '../cursor.fold.js';
import { type Listing, moveCursor, type Step, uidsToFetch } from './cursor.decider.js';
import type { CursorEvent } from '../mailbox.events.js';

const where = { accountId: 'info', folderId: 'inbox', fetchId: 'fetch-1' };
const nothing: Step = { received: [], known: 0, gone: [], failed: [] };
const listing = (listed: number[], wanted = listed, uidValidity = '1'): Listing => ({
  ...{ uidValidity, listed, wanted, unlisted: 0 },
});
const move = (state: Cursor, shown: Listing, step: Partial<Step>): CursorEvent[] =>
  moveCursor(state, where, shown, { ...nothing, ...step });
const after = (state: Cursor, shown: Listing, step: Partial<Step>): Cursor =>
  move(state, shown, step).reduce((so, fact) => cursor.evolve(so, fact), state);

describe('the cursor of a folder', () => {
  it('asks for the newest UIDs first', () =>
    expect(uidsToFetch(cursor.initial, listing([1, 5, 9]))).toEqual([9, 5, 1]));

  it('moves only past UIDs with a disposition', () => {
    const state = after(cursor.initial, listing([1, 2, 3, 4]), { received: [4, 3] });
    expect(state).toMatchObject({ done: '3:4', received: 2, outstanding: 2, onServer: 4 });
    expect(uidsToFetch(state, listing([1, 2, 3, 4, 5]))).toEqual([5, 2, 1]);
  });

  it('counts messages that the server counts and does not list as outstanding', () => {
    const state = after(cursor.initial, { ...listing([1, 2]), unlisted: 3 }, { received: [1, 2] });
    expect(state).toMatchObject({ done: '1:2', onServer: 5, outstanding: 3 });
    expect(after(state, listing([1, 2]), {})).toMatchObject({ onServer: 2, outstanding: 0 });
  });

  it('covers UIDs that are not on the server, so that it stays short', () =>
    expect(after(cursor.initial, listing([1, 50, 90]), { received: [90, 50, 1] }).done).toBe('1:90'));

  it('keeps failed UIDs with their reason, and asks for them again', () => {
    const failed = after(cursor.initial, listing([1, 2]), {
      received: [2],
      failed: [{ uid: 1, reason: 'not-given-by-server' }],
    });
    expect(failed).toMatchObject({ failed: { 'not-given-by-server': '1' }, outstanding: 0 });
    expect(uidsToFetch(failed, listing([1, 2]))).toEqual([1]);
    expect(after(failed, listing([1, 2]), { received: [1] })).toMatchObject({ done: '1:2', failed: {}, received: 2 });
  });

  it('forgets a failure after the message was deleted on the server', () => {
    const failed = after(cursor.initial, listing([1, 2]), {
      received: [2],
      failed: [{ uid: 1, reason: 'not-given-by-server' }],
    });
    expect(after(failed, listing([2]), {})).toMatchObject({ failed: {}, outstanding: 0 });
  });

  it('skips messages older than fetchSince, and asks for them after an earlier fetchSince', () => {
    const state = after(cursor.initial, listing([1, 2, 3], [3]), { received: [3] });
    expect(state).toMatchObject({ skipped: { 'received-before-fetch-since': '1:2' }, outstanding: 0 });
    expect(uidsToFetch(state, listing([1, 2, 3]))).toEqual([2, 1]);
  });

  it('asks for all UIDs again under another UIDVALIDITY', () => {
    const state = after(cursor.initial, listing([1, 2]), { received: [1, 2] });
    expect(uidsToFetch(state, listing([1, 2], [1, 2], '2'))).toEqual([2, 1]);
    expect(after(state, listing([1, 2], [1, 2], '2'), { received: [2] })).toMatchObject({
      uidValidity: '2',
      done: '2',
      outstanding: 1,
      received: 1,
    });
  });

  it('does not move without a change', () => {
    const state = after(cursor.initial, listing([1, 2]), { received: [1, 2] });
    expect(move(state, listing([1, 2]), {})).toEqual([]);
  });

  it('of an empty folder is recorded once', () => {
    const state = after(cursor.initial, listing([]), {});
    expect(state).toMatchObject({ uidValidity: '1', done: '', onServer: 0 });
    expect(move(state, listing([]), {})).toEqual([]);
  });

  it('gives each UID one disposition, in any order of intake', () => {
    const uids = fc
      .uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 60 })
      .map((all) => all.toSorted((a, b) => a - b));
    const fates = fc.infiniteStream(fc.constantFrom<'received' | 'gone' | 'failed'>('received', 'gone', 'failed'));
    fc.assert(
      fc.property(uids, fates, fc.integer({ min: 1, max: 9 }), (listed, fate, chunk) => {
        const shown = listing(listed);
        const todo = uidsToFetch(cursor.initial, shown);
        const was = new Map<number, string>();
        let state = cursor.initial;
        for (let at = 0; at < todo.length; at += chunk) {
          const step: Step = { received: [], known: 0, gone: [], failed: [] };
          for (const uid of todo.slice(at, at + chunk)) {
            const now = fate.next().value as 'received' | 'gone' | 'failed';
            was.set(uid, now);
            if (now === 'failed') step.failed.push({ uid, reason: 'not-given-by-server' });
            else step[now].push(uid);
          }
          state = after(state, shown, step);
        }
        const [done, failed] = [parse(state.done), parse(state.failed['not-given-by-server'] ?? '')];
        for (const uid of listed)
          expect([contains(done, uid), contains(failed, uid)]).toEqual([
            was.get(uid) !== 'failed',
            was.get(uid) === 'failed',
          ]);
        expect(uidsToFetch(state, shown)).toEqual(todo.filter((uid) => was.get(uid) === 'failed'));
        if (listed.length > 0) expect(state.outstanding).toBe(0);
      }),
    );
  });
});
