import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { SmtpSink } from '../smtp-sink/smtp-sink.js';
import { accountOn, addAccount, fetchMail } from './mailbox.js';
import { done, type Requests } from './requests.js';
import { RunningService, type ServiceOptions } from './running-service.js';

/** Address of the account of `startSendingService`. */
export const ADDRESS = 'info@example.test';
/** Password of every mailbox. */
export const PASSWORD = 'secret';

export interface SendingService {
  service: RunningService;
  /** keeps the mail of the account */
  mail: MailServer;
  /** takes all that leaves */
  sink: SmtpSink;
  admin: Requests;
  /** id of the account */
  account: string;
}

/** A service with one account that sends to a sink. @param settings of the account */
export async function startSendingService(settings: object = {}, options?: ServiceOptions): Promise<SendingService> {
  const [service, mail, sink] = await Promise.all([
    RunningService.start(options),
    startMailServer({ users: { [ADDRESS]: PASSWORD } }),
    SmtpSink.start(),
  ]);
  const admin = await service.signedIn();
  const body = accountOn(mail, ADDRESS, PASSWORD, { outgoing: sink.settings, ...settings });
  return { service, mail, sink, admin, account: (await addAccount(admin, body)).id };
}

/** Delivers a message to the account, fetches it, and waits for all reactions. */
export async function receive({ service, mail, admin, account }: SendingService, raw: string | Buffer): Promise<void> {
  mail.deliver(ADDRESS, 'INBOX', Buffer.from(raw));
  await fetchMail(admin, account);
  await service.settled();
}

/** A message of a few lines to the account. */
export const letter = (from: string, subject: string, id: string): string =>
  [`From: ${from}`, `To: ${ADDRESS}`, `Subject: ${subject}`, `Message-ID: ${id}`, '', `Text of ${subject}`, ''].join(
    '\r\n',
  );

/** Queues a message that leaves at once. @returns id and position */
export const send = async (
  { admin, account }: Pick<SendingService, 'admin' | 'account'>,
  body: object,
): Promise<{ id: string; position: string }> =>
  done(
    await admin.post<{ id: string; position: string }>(`/api/accounts/${account}/messages`, {
      undoSeconds: 0,
      ...body,
    }),
  );

export async function stopSendingService(started: SendingService | undefined): Promise<void> {
  await Promise.all([started?.service.stop(), started?.mail.stop(), started?.sink.stop()]);
}
