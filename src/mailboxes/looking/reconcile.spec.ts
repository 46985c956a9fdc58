import fc from 'fast-check';
import { type Flags, NO_FLAGS } from '../../messages/flags.events.js';
import { type BasePlace, reconcile } from './reconcile.js';

const place = (uid: number, flags: Partial<Flags> = {}): BasePlace => ({
  messageId: `message-${uid}`,
  uid,
  ...NO_FLAGS,
  ...flags,
});
const none = new Map<string, object>();
const stays = (): boolean => false;

describe('a comparison of a folder', () => {
  it('groups messages with equal changes, and leaves out those without', () =>
    expect(
      reconcile([place(1), place(2, { flagged: true }), place(3), place(4)], none, {
        flags: new Map([
          [1, { ...NO_FLAGS, seen: true }],
          [2, { ...NO_FLAGS, flagged: true }],
          [3, { ...NO_FLAGS, seen: true }],
        ]),
        isGone: stays,
      }),
    ).toEqual({
      flags: [
        {
          set: { seen: true },
          messages: [
            { messageId: 'message-1', uid: 1 },
            { messageId: 'message-3', uid: 3 },
          ],
        },
      ],
      left: [],
    }));

  it('finds messages that left', () =>
    expect(reconcile([place(1), place(2)], none, { flags: new Map(), isGone: (uid) => uid === 2 })).toEqual({
      flags: [],
      left: [{ messageId: 'message-2', uid: 2 }],
    }));

  it('leaves out a flag with a wish, and no other', () =>
    expect(
      reconcile([place(1)], new Map([['message-1', { seen: true }]]), {
        flags: new Map([[1, { ...NO_FLAGS, flagged: true }]]),
        isGone: stays,
      }).flags,
    ).toEqual([{ set: { flagged: true }, messages: [{ messageId: 'message-1', uid: 1 }] }]));

  it('makes the record equal to the server, but for flags with a wish', () => {
    const flags = fc.record({
      ...{ seen: fc.boolean(), flagged: fc.boolean(), answered: fc.boolean() },
      ...{ forwarded: fc.boolean(), deleted: fc.boolean() },
    });
    const wish = fc.option(fc.record({ seen: fc.boolean(), flagged: fc.boolean() }, { requiredKeys: [] }));
    fc.assert(
      fc.property(fc.array(fc.tuple(flags, flags, wish)), (messages) => {
        const base = messages.map(([before], n) => ({ messageId: `m${n}`, uid: n + 1, ...before }));
        const wishes = new Map(messages.flatMap(([, , wished], n) => (wished ? [[`m${n}`, wished]] : [])) as never);
        const shown = new Map(messages.map(([, now], n) => [n + 1, now]));
        const after = new Map(base.map((each) => [each.uid, { ...each }]));
        for (const { set, messages: changed } of reconcile(base, wishes as never, { flags: shown, isGone: stays })
          .flags)
          for (const { uid } of changed) Object.assign(after.get(uid)!, set);
        for (const [n, [before, now, wished]] of messages.entries())
          for (const flag of Object.keys(now) as (keyof Flags)[])
            expect(after.get(n + 1)![flag]).toBe(wished && flag in wished ? before[flag] : now[flag]);
      }),
    );
  });
});
