import {
  deliveryComplained,
  deliveryDelayed,
  deliveryFailed,
  finalDotReached,
  messageQueued,
  recipientsAccepted,
  recipientsRefused,
  sendBegan,
  sendCancelled,
  sendResolved,
  sendUnknown,
} from '../../../test/examples/sending-facts.js';
import { given } from '../../../test/given.js';
import type { MessageEvent } from '../../messages/message.events.js';
import { type Message, message } from '../../messages/message.fold.js';
import { recordOutcomes, sentIn } from '../sending.decider.js';
import { recordReport, type Reported } from './report.decider.js';

const REPORT = 'message-1';
const of = { recipient: 0, recipientKey: 'key-of-dora' };
const failed: Reported = { ...of, kind: 'failed', code: '5.1.1', diagnostic: '550 5.1.1 unknown user' };
const delayed: Reported = { ...of, kind: 'delayed', code: '4.4.1', diagnostic: 'no answer yet' };
const complained: Reported = { ...of, kind: 'complained', code: null, diagnostic: 'abuse' };
const begun = [messageQueued(), sendBegan(), finalDotReached()];
const sent = [...begun, recipientsAccepted({ recipients: [0, 1], open: 0 })];
const all = recipientsAccepted({ recipients: [0, 1], open: 0 });

const report =
  (...reported: Reported[]) =>
  (state: Message): MessageEvent[] =>
    recordReport(sentIn(state, 'message-9')!, REPORT, reported);

describe('a report', () => {
  it('about an accepted recipient is recorded', () => {
    given(message, ...sent)
      .when(report(failed))
      .then(deliveryFailed());
    given(message, ...sent)
      .when(report(delayed))
      .then(deliveryDelayed());
    given(message, ...sent)
      .when(report(complained))
      .then(deliveryComplained());
  });

  it('about several recipients is recorded for each of them, in one append', () => {
    given(message, ...sent)
      .when(report(failed, { ...delayed, recipient: 1 }))
      .then(deliveryFailed(), deliveryDelayed({ recipient: 1 }));
  });

  it('is recorded once', () => {
    given(message, ...sent, deliveryFailed())
      .when(report(failed))
      .then();
    given(message, ...sent, deliveryDelayed())
      .when(report(delayed))
      .then();
  });

  it('that comes later than a delay changes the recipient', () => {
    given(message, ...sent, deliveryDelayed({ reportId: 'earlier' }))
      .when(report(failed))
      .then(deliveryFailed());
  });

  it('about a recipient that bounced before changes nothing', () => {
    given(message, ...sent, deliveryFailed({ reportId: 'earlier' }))
      .when(report(failed))
      .then();
  });

  it('about a recipient that no server can have taken changes nothing', () => {
    given(message, messageQueued()).when(report(failed)).then();
    given(message, messageQueued(), sendBegan()).when(report(failed)).then();
    given(message, ...begun, recipientsRefused({ recipients: [0, 1] }))
      .when(report(failed))
      .then();
    given(message, messageQueued(), sendCancelled()).when(report(failed)).then();
  });

  it('proves that a message without a reply of the server was taken', () => {
    given(message, ...begun, sendUnknown())
      .when(report(failed))
      .then(sendResolved({ by: 'report' }), deliveryFailed());
  });

  it('that comes before the outcome of the attempt stays, and the outcome ends the attempt', () => {
    given(message, ...begun)
      .when(report(failed))
      .then(deliveryFailed());
    const outcome = (recipient: number) => ({
      ...{ recipient, result: 'accepted' as const, reply: all.data.reply, code: null, reason: null },
    });
    given(message, ...begun, deliveryFailed())
      .when((state) =>
        recordOutcomes(sentIn(state, 'message-9')!, 1, [outcome(0), outcome(1)], { at: new Date(), given: null }),
      )
      .then(recipientsAccepted({ recipients: [1], open: 0, givenId: null, sentKey: null }));
    const state = [...begun, deliveryFailed(), all].reduce((so, fact) => message.evolve(so, fact), message.initial);
    expect(sentIn(state, 'message-9')!.sending).toMatchObject({ recipients: ['bounced', 'accepted'], running: null });
  });

  it('without a recipient is a complaint, or nothing', () => {
    given(message, ...sent)
      .when(report({ ...complained, recipient: null }))
      .then(deliveryComplained({ recipient: null }));
    given(message, ...sent)
      .when(report({ ...failed, recipient: null }))
      .then();
  });

  it('is one of a bounded number for each message', () => {
    const many = Array.from({ length: 52 }, (_, n) => deliveryDelayed({ reportId: `report-${n}` }));
    given(message, ...sent, ...many)
      .when(report(failed))
      .then();
  });
});
