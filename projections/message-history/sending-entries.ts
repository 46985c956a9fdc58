import type { SendingEvent, WhyCancelled, WhyHeld } from '../../src/messages/sending.events.js';
import type { DataOf } from '../../src/platform/domain.js';
import { type Part, type Telling, telling } from './telling.js';

type Of<T extends SendingEvent['type']> = DataOf<SendingEvent, T>;

const one = <S extends object>({ messageId }: { messageId: string }, data: S): Part<S>[] => [
  { messageIds: [messageId], data },
];
const said = (summary: string) => ({ summary, changes: [] });
const ofRecipients = (count: number): string => (count === 1 ? 'one recipient' : `${count} recipients`);
/** Code of an SMTP reply or of a report, or a word for its absence. Replies themselves are a stranger's text. */
const because = (code: string | null): string => (code === null ? '' : ` (${code})`);

const HELD: Record<WhyHeld, string> = {
  overdue: 'its time had passed long before',
  'instance-held': 'the data folder or the database was restored or copied',
  'login-refused': 'the mail server refused the login',
  'sign-in-needed': 'the account needs a sign-in',
};
const CANCELLED: Record<WhyCancelled, string> = {
  person: 'cancelled it',
  'reply-came': 'cancelled it, because an answer came',
  'account-removed': 'cancelled it, because the account was removed',
  'access-lost': 'cancelled it, because its author lost the access to the account',
  replaced: 'cancelled it in favour of another message',
  edited: 'cancelled it, to edit it as a draft',
};

const report = (words: string) =>
  telling(
    'server',
    (data: Of<'DeliveryFailed'>) => one(data, { code: data.code }),
    ({ code }) => said(`${words}${because(code)}`),
  );

/** The way of a message that is sent here. */
export const sendingTellings: { [T in SendingEvent['type']]: Telling<Of<T>> | null } = {
  MessageQueued: telling(
    'person',
    (data: Of<'MessageQueued'>) => one(data, { sendAt: data.sendAt, recipients: data.recipientCount }),
    ({ sendAt, recipients }) =>
      said(`sent it to ${ofRecipients(recipients)}${sendAt === null ? '' : `, to leave at ${sendAt}`}`),
  ),
  SendBegan: telling(
    'person',
    (data: Of<'SendBegan'>) => one(data, { attempt: data.attempt }),
    ({ attempt }) => said(attempt === 1 ? 'began to send it' : `began to send it again, attempt ${attempt}`),
  ),
  RecipientsAccepted: telling(
    'server',
    (data: Of<'RecipientsAccepted'>) => one(data, { recipients: data.recipients.length }),
    ({ recipients }) => said(`was accepted by the mail server for ${ofRecipients(recipients)}`),
  ),
  RecipientsDeferred: telling(
    'server',
    (data: Of<'RecipientsDeferred'>) =>
      one(data, { recipients: data.recipients.length, code: data.code ?? data.reason, until: data.until }),
    ({ recipients, code, until }) =>
      said(`was deferred for ${ofRecipients(recipients)}${because(code)}, until ${until}`),
  ),
  RecipientsRefused: telling(
    'server',
    (data: Of<'RecipientsRefused'>) =>
      one(data, { recipients: data.recipients.length, code: data.code ?? data.reason }),
    ({ recipients, code }) => said(`was refused for ${ofRecipients(recipients)}${because(code)}`),
  ),
  SendUnknown: telling(
    'person',
    (data: Of<'SendUnknown'>) => one(data, { final: data.final }),
    ({ final }) =>
      said(final ? 'does not know if it has left: a person decides' : 'got no answer from the mail server'),
  ),
  SendResolved: telling(
    'person',
    (data: Of<'SendResolved'>) => one(data, { outcome: data.outcome, by: data.by }),
    ({ outcome, by }) =>
      said(
        by === 'copy-found'
          ? 'found its copy on the server: it was sent'
          : by === 'report'
            ? 'found a report about it: it was sent'
            : outcome === 'arrived'
              ? 'said that it arrived'
              : 'had it sent again',
      ),
  ),
  SendHeld: telling(
    'person',
    (data: Of<'SendHeld'>) => one(data, { why: data.why }),
    ({ why }) => said(`held it back: ${HELD[why]}`),
  ),
  SendConfirmed: telling(
    'person',
    (data: Of<'SendConfirmed'>) => one(data, {}),
    () => said('let it leave at once'),
  ),
  SendCancelled: telling(
    'person',
    (data: Of<'SendCancelled'>) => one(data, { why: data.why }),
    ({ why }) => said(CANCELLED[why]),
  ),
  CopyKept: telling(
    'person',
    ({ messageId, by, place }: Of<'CopyKept'>) => [
      { messageIds: [messageId], data: { by }, ...(place && { into: place }) },
    ],
    ({ by }) => said(by === 'us' ? 'put a copy into the folder of sent mail' : 'found the copy that the server keeps'),
  ),
  CopyFailed: telling(
    'person',
    (data: Of<'CopyFailed'>) => one(data, { reason: data.reason }),
    ({ reason }) => said(`could not put a copy into the folder of sent mail (${reason})`),
  ),
  DeliveryFailed: report('came back: it was not delivered'),
  DeliveryDelayed: report('was reported as delayed'),
  DeliveryComplained: report('was reported as unwanted by its recipient'),
  // Between two others, and for the worker alone.
  FinalDotReached: null,
};
