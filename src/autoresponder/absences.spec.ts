import { accountRemoved, autoresponderChanged } from '../../test/examples/account-facts.js';
import { replyQueued } from '../../test/examples/autoreply-facts.js';
import { atOf } from '../../test/examples/recorded.js';
import { everyFactHasACase } from '../../test/given-projection.js';
import { absences, covers } from './absences.js';

const on = autoresponderChanged();
const { from: off, to: enabled } = on.data;
const span = { from: '2026-07-01', until: '2026-07-14', timeZone: 'Europe/Warsaw' };

everyFactHasACase(absences, {
  AutoresponderChanged: {
    given: [
      on,
      autoresponderChanged({ accountId: 'sales' }),
      autoresponderChanged({ from: enabled, to: { ...enabled, text: 'Back soon' } }),
      autoresponderChanged({ accountId: 'sales', from: enabled, to: { ...enabled, until: '2026-07-20' } }),
      autoresponderChanged({ accountId: 'shop' }),
      autoresponderChanged({ accountId: 'shop', from: enabled, to: off }),
    ],
    rows: {
      absent: [
        { accountId: 'info', window: 0, activatedAt: new Date(atOf(0)), span },
        { accountId: 'sales', window: 1, activatedAt: new Date(atOf(3)), span: { ...span, until: '2026-07-20' } },
      ],
    },
  },
  ReplyQueued: {
    given: [replyQueued()],
    rows: {
      replies: [
        { messageId: 'message-1', accountId: 'info', domainKey: 'key-of-customer-domain', at: new Date(atOf(0)) },
      ],
    },
  },
  AccountRemoved: {
    given: [on, replyQueued(), replyQueued({ accountId: 'sales', messageId: 'message-2' }), accountRemoved()],
    rows: { absent: [], replies: [{ messageId: 'message-2' }] },
  },
});

it('an absence covers the time from its activation to its end', () => {
  const absence = { window: 0, activatedAt: new Date('2026-07-03T08:00:00Z'), span };
  const times = ['2026-07-03T07:59:59Z', '2026-07-03T08:00:00Z', '2026-07-14T21:59:59Z', '2026-07-14T22:00:00Z'];
  expect(times.map((time) => covers(absence, new Date(time)))).toEqual([false, true, true, false]);
});
