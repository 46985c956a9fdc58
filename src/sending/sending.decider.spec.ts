import {
  copyKept,
  finalDotReached,
  messageQueued,
  queuedContent,
  recipientsAccepted,
  recipientsDeferred,
  recipientsRefused,
  sendBegan,
  sendCancelled,
  sendConfirmed,
  sendHeld,
  sendResolved,
  sendUnknown,
} from '../../test/examples/sending-facts.js';
import { given } from '../../test/given.js';
import type { MessageEvent } from '../messages/message.events.js';
import { type Message, message } from '../messages/message.fold.js';
import { openRecipients, type Sending, sendStateOf } from '../messages/sending.fold.js';
import {
  begin,
  cancel,
  confirm,
  findCopy,
  hold,
  leaveToPerson,
  loseReply,
  queue,
  reachDot,
  type RecipientOutcome,
  recordOutcomes,
  resolve,
  sentIn,
} from './sending.decider.js';

type Sent = NonNullable<ReturnType<typeof sentIn>>;
const of = { accountId: 'info', messageId: 'message-9' };
const AT = new Date('2026-01-30T09:20:12.000Z');

const about =
  (rule: (sent: Sent) => MessageEvent[]) =>
  (state: Message): MessageEvent[] =>
    rule(sentIn(state, 'message-9')!);
const sending = (...facts: MessageEvent[]): Sending => {
  const state = facts.reduce((before, fact) => message.evolve(before, fact), message.initial);
  return sentIn(state, 'message-9')!.sending;
};
const stateOf = (...facts: MessageEvent[]): string => {
  const found = sending(messageQueued(), ...facts);
  return sendStateOf({ ...found, isRunning: found.running !== null });
};
const outcome = (recipient: number, result: RecipientOutcome['result'], reply = 'a reply'): RecipientOutcome => ({
  recipient,
  result,
  reply,
  code: '2.0.0',
  reason: null,
});
const acceptedByAll = { ...recipientsAccepted(), data: { ...recipientsAccepted().data, recipients: [0, 1], open: 0 } };

describe('an outgoing message', () => {
  it('is queued once', () => {
    given(message)
      .when((state) => queue(state, queuedContent))
      .then(messageQueued());
    given(message, messageQueued())
      .when((state) => queue(state, queuedContent))
      .then();
  });

  it('begins one attempt at a time', () => {
    given(message, messageQueued()).when(about(begin)).then(sendBegan());
    given(message, messageQueued(), sendBegan(), finalDotReached()).when(about(begin)).then();
  });

  it('begins again after an attempt that died before the final dot', () =>
    given(message, messageQueued(), sendBegan())
      .when(about(begin))
      .then({ type: 'SendBegan', data: { ...of, attempt: 2, recipients: [0, 1] } }));

  it('begins again for deferred recipients only', () =>
    given(message, messageQueued(), sendBegan(), finalDotReached(), recipientsAccepted(), recipientsDeferred())
      .when(about(begin))
      .then({ type: 'SendBegan', data: { ...of, attempt: 2, recipients: [1] } }));

  it.each<[string, MessageEvent[]]>([
    ['cancelled', [sendCancelled()]],
    ['overdue', [sendHeld()]],
    ['of unknown outcome', [sendBegan(), finalDotReached(), sendUnknown()]],
    ['accepted by all', [sendBegan(), finalDotReached(), acceptedByAll]],
  ])('begins no attempt once it is %s', (_, facts) =>
    given(message, messageQueued(), ...facts)
      .when(about(begin))
      .then(),
  );

  it('writes the final dot of the running attempt only', () => {
    given(message, messageQueued(), sendBegan())
      .when(about((sent) => reachDot(sent, 1)))
      .then(finalDotReached());
    given(message, messageQueued(), sendBegan())
      .when(about((sent) => reachDot(sent, 2)))
      .refuses('attempt-overtaken');
  });

  it('records recipients with the same reply in one fact, and final outcomes before open ones', () =>
    given(message, messageQueued(), sendBegan(), finalDotReached())
      .when(
        about((sent) =>
          recordOutcomes(sent, 1, [outcome(1, 'deferred', '452 later'), outcome(0, 'accepted')], {
            at: AT,
            given: null,
          }),
        ),
      )
      .then(
        {
          type: 'RecipientsAccepted',
          data: { ...of, attempt: 1, recipients: [0], open: 1, reply: 'a reply', givenId: null, sentKey: null },
        },
        {
          type: 'RecipientsDeferred',
          data: {
            ...of,
            attempt: 1,
            recipients: [1],
            open: 1,
            reply: '452 later',
            until: '2026-01-30T09:21:12.000Z',
            since: AT.toISOString(),
            code: '2.0.0',
            reason: null,
          },
        },
      ));

  it('gives deferred recipients up after two days', () => {
    const facts = [messageQueued(), sendBegan(), recipientsDeferred(), sendBegan({ attempt: 2, recipients: [1] })];
    const later = new Date(AT.getTime() + 2 * 24 * 60 * 60_000);
    given(message, ...facts)
      .when(about((sent) => recordOutcomes(sent, 2, [outcome(1, 'deferred')], { at: later, given: null })))
      .then({
        type: 'RecipientsRefused',
        data: {
          ...of,
          attempt: 2,
          userId: 'anna',
          recipients: [1],
          open: 0,
          reply: 'a reply',
          code: '2.0.0',
          reason: null,
        },
      });
  });

  it('records no outcome of an attempt that another one overtook', () =>
    given(message, messageQueued(), sendBegan(), sendBegan({ attempt: 2 }))
      .when(about((sent) => recordOutcomes(sent, 1, [outcome(0, 'accepted')], { at: AT, given: null })))
      .then());

  it('is unknown without a reply after the final dot, and never before it', () => {
    given(message, messageQueued(), sendBegan(), finalDotReached())
      .when(about((sent) => loseReply(sent, false)))
      .then(sendUnknown());
    given(message, messageQueued(), sendBegan())
      .when(about((sent) => loseReply(sent, false)))
      .then();
    given(message, messageQueued(), sendBegan(), finalDotReached(), sendUnknown())
      .when(about(leaveToPerson))
      .then(sendUnknown({ final: true }));
  });

  it('has arrived if its copy is found', () =>
    given(message, messageQueued(), sendBegan(), finalDotReached(), sendUnknown())
      .when(about(findCopy))
      .then(sendResolved({ by: 'copy-found' })));

  it.each<[string, MessageEvent[]]>([
    ['while it is being sent', [sendBegan()]],
    ['once a server may have it', [sendBegan(), finalDotReached(), sendUnknown()]],
    ['once a recipient is accepted', [sendBegan(), finalDotReached(), recipientsAccepted(), recipientsDeferred()]],
    ['once all recipients are refused', [sendBegan(), recipientsRefused({ recipients: [0, 1] })]],
  ])('is not cancelled %s', (_, facts) =>
    given(message, messageQueued(), ...facts)
      .when(about((sent) => cancel(sent, 'person')))
      .refuses('sending-began', 'conflict'),
  );

  it('is cancelled before its first attempt, and between attempts that left nothing on a server', () => {
    for (const facts of [[], [sendBegan(), recipientsDeferred({ recipients: [0, 1], open: 2 })]])
      given(message, messageQueued(), ...facts)
        .when(about((sent) => cancel(sent, 'person')))
        .then(sendCancelled());
    given(message, messageQueued(), sendCancelled())
      .when(about((sent) => cancel(sent, 'person')))
      .then();
  });

  it('is resolved by a person once its outcome is unknown, deferred or refused', () => {
    given(message, messageQueued(), sendBegan(), finalDotReached(), sendUnknown())
      .when(about((sent) => resolve(sent, 'arrived')))
      .then(sendResolved());
    given(message, messageQueued(), sendBegan(), finalDotReached(), recipientsAccepted(), recipientsRefused())
      .when(about((sent) => resolve(sent, 'send-again')))
      .then(sendResolved({ outcome: 'send-again', open: 1 }));
    given(message, messageQueued())
      .when(about((sent) => resolve(sent, 'arrived')))
      .refuses('nothing-to-resolve');
  });

  it('sent again goes to the recipients that are not accepted yet', () => {
    const facts = [messageQueued(), sendBegan(), finalDotReached(), recipientsAccepted(), recipientsRefused()];
    expect(openRecipients(sending(...facts, sendResolved({ outcome: 'send-again', open: 1 })))).toEqual([1]);
  });

  it('waits for a person once it is overdue', () => {
    given(message, messageQueued())
      .when(about((sent) => hold(sent, 'overdue')))
      .then(sendHeld());
    given(message, messageQueued(), sendHeld())
      .when(about((sent) => hold(sent, 'overdue')))
      .then();
    given(message, messageQueued(), sendHeld()).when(about(confirm)).then(sendConfirmed());
    given(message, messageQueued(), sendBegan()).when(about(confirm)).refuses('not-overdue');
  });

  it('leaves at once when a person wants it, though its time has not come', () => {
    given(message, messageQueued()).when(about(confirm)).then(sendConfirmed());
    given(message, messageQueued(), sendConfirmed()).when(about(confirm)).then();
    given(message, messageQueued(), sendCancelled()).when(about(confirm)).refuses('not-overdue');
  });

  it.each<[string, MessageEvent[]]>([
    ['queued', []],
    ['sending', [sendBegan()]],
    ['held', [sendHeld()]],
    ['cancelled', [sendCancelled()]],
    ['deferred', [sendBegan(), finalDotReached(), recipientsAccepted(), recipientsDeferred()]],
    ['refused', [sendBegan(), finalDotReached(), recipientsAccepted(), recipientsRefused()]],
    ['unknown', [sendBegan(), finalDotReached(), sendUnknown()]],
    ['sent', [sendBegan(), finalDotReached(), acceptedByAll, copyKept()]],
  ])('is %s', (state, facts) => expect(stateOf(...facts)).toBe(state));
});
