import {
  accessRevoked,
  accountAdded,
  accountRemoved,
  incomingServerChanged,
  loginChanged,
  outgoingServerChanged,
  passwordChanged,
  signInGranted,
} from '../../test/examples/account-facts.js';
import { outboxHeld, outboxReleased } from '../../test/examples/hold-facts.js';
import { messageDestroyed, messageErased } from '../../test/examples/message-facts.js';
import { userDeactivated } from '../../test/examples/people-facts.js';
import { atOf } from '../../test/examples/recorded.js';
import {
  copyKept,
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
import { everyFactHasACase } from '../../test/given-projection.js';
import { pendingSends } from './pending-sends.js';

const dueAt = new Date(queuedContent.notBefore);
const never = new Date('9999-12-31T00:00:00Z');
const at = (n: number): Date => new Date(atOf(n));
const refusedLogin = sendHeld({ why: 'login-refused' });
const released = { rows: { sends: [{ messageId: 'message-9', held: null }] } };

everyFactHasACase(pendingSends, {
  MessageQueued: {
    given: [messageQueued({ cancelOnReply: true }), messageQueued({ messageId: 'message-10', keepCopy: false })],
    rows: {
      sends: [
        { messageId: 'message-10', accountId: 'info', userId: 'anna', dueAt, held: null },
        { messageId: 'message-9', dueAt },
      ],
      copies: [{ messageId: 'message-9', dueAt: never }],
      awaited: [{ messageId: 'message-9', keys: ['thread-1', 'key-of-reply-9'] }],
    },
  },
  SendBegan: {
    given: [messageQueued({ cancelOnReply: true }), sendBegan()],
    rows: { sends: [{ messageId: 'message-9' }], awaited: [] },
  },
  RecipientsAccepted: {
    given: [messageQueued(), recipientsAccepted({ open: 0 })],
    rows: { sends: [], copies: [{ messageId: 'message-9', dueAt: at(1) }] },
  },
  RecipientsDeferred: {
    given: [messageQueued(), recipientsAccepted(), recipientsDeferred()],
    rows: { sends: [{ messageId: 'message-9', dueAt: new Date(recipientsDeferred().data.until) }] },
  },
  RecipientsRefused: { given: [messageQueued(), recipientsRefused()], rows: { sends: [] } },
  SendUnknown: {
    given: [
      messageQueued(),
      messageQueued({ messageId: 'message-10' }),
      sendUnknown(),
      sendUnknown({ messageId: 'message-10', final: true }),
    ],
    rows: { sends: [{ messageId: 'message-9', dueAt: new Date(at(2).getTime() + 5000) }] },
  },
  SendResolved: {
    given: [
      messageQueued(),
      sendUnknown({ final: true }),
      sendResolved({ outcome: 'send-again', open: 2 }),
      messageQueued({ messageId: 'message-10' }),
      sendResolved({ messageId: 'message-10' }),
      messageQueued({ messageId: 'message-11' }),
      sendResolved({ messageId: 'message-11', by: 'copy-found' }),
    ],
    rows: {
      sends: [{ messageId: 'message-9', dueAt: at(2) }],
      copies: [
        { messageId: 'message-10', dueAt: at(4) },
        { messageId: 'message-9', dueAt: never },
      ],
    },
  },
  SendHeld: { given: [messageQueued(), sendHeld()], rows: { sends: [{ messageId: 'message-9', held: 'overdue' }] } },
  OutboxHeld: {
    given: [messageQueued(), outboxHeld()],
    rows: {
      sends: [{ messageId: 'message-9', isOutboxHeld: true }],
    },
  },
  OutboxReleased: {
    given: [messageQueued(), outboxHeld(), outboxReleased()],
    rows: { sends: [{ messageId: 'message-9', isOutboxHeld: false }] },
  },
  SendConfirmed: {
    given: [messageQueued(), sendHeld(), sendConfirmed()],
    rows: { sends: [{ messageId: 'message-9', held: null, dueAt: at(2) }] },
  },
  SendCancelled: {
    given: [messageQueued({ cancelOnReply: true }), sendCancelled()],
    rows: { sends: [], copies: [], awaited: [] },
  },
  CopyKept: {
    given: [messageQueued(), recipientsAccepted(), copyKept()],
    rows: { copies: [], habits: [{ accountId: 'info', by: 'us' }] },
  },
  MessageErased: {
    given: [messageQueued(), messageErased({ messageId: 'message-9' })],
    rows: { sends: [], copies: [] },
  },
  MessageDestroyed: {
    given: [messageQueued(), messageDestroyed({ messageId: 'message-9' })],
    rows: { sends: [], copies: [] },
  },
  AccountAdded: { given: [accountAdded()], rows: { servers: [{ accountId: 'info' }] } },
  OutgoingServerChanged: {
    given: [accountAdded(), messageQueued(), refusedLogin, outgoingServerChanged()],
    ...released,
  },
  IncomingServerChanged: {
    given: [accountAdded(), incomingServerChanged()],
    rows: { servers: [{ accountId: 'info' }] },
  },
  PasswordChanged: { given: [messageQueued(), refusedLogin, passwordChanged()], ...released },
  LoginChanged: { given: [messageQueued(), refusedLogin, loginChanged()], ...released },
  SignInGranted: { given: [messageQueued(), sendHeld({ why: 'sign-in-needed' }), signInGranted()], ...released },
  AccountRemoved: {
    given: [accountAdded(), messageQueued(), sendHeld(), copyKept({ messageId: 'message-8' }), accountRemoved()],
    rows: { sends: [{ messageId: 'message-9', held: null, dueAt: at(4) }], copies: [], habits: [], servers: [] },
  },
  AccessRevoked: {
    given: [
      messageQueued({ userId: 'bela' }),
      messageQueued({ messageId: 'message-10' }),
      accessRevoked({ userId: 'bela' }),
    ],
    rows: {
      sends: [
        { messageId: 'message-10', dueAt },
        { messageId: 'message-9', dueAt: at(2) },
      ],
    },
  },
  UserDeactivated: {
    given: [messageQueued({ userId: 'bela' }), userDeactivated({ userId: 'bela' })],
    rows: { sends: [{ messageId: 'message-9', dueAt: at(1) }] },
  },
});
