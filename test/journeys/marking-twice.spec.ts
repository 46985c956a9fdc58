import { HoldingProxy } from '../holding-proxy.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

const LOGIN = 'anna@example.test';
const PASSWORD = 'secret-of-anna';

let service: RunningService;
let mail: MailServer;
let proxy: HoldingProxy;
let admin: Requests;
let account: string;

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: { [LOGIN]: PASSWORD } })]);
  proxy = await HoldingProxy.start(mail.imapPort);
  admin = await service.signedIn();
  mail.deliver(LOGIN, 'INBOX', Buffer.from('From: kim@kiosk.example\r\nSubject: one\r\n\r\nText\r\n'));
  account = (await addAccount(admin, accountOn({ imapPort: proxy.port, smtpPort: mail.smtpPort }, LOGIN, PASSWORD))).id;
  await fetchMail(admin, account);
});
afterAll(async () => {
  proxy?.stop();
  await Promise.all([service?.stop(), mail?.stop()]);
});

const shown = async (): Promise<MessageSummary> => {
  await service.settled();
  return (await allOf<MessageSummary>(admin, `/api/accounts/${account}/messages`))[0]!;
};

describe('a message that is marked twice, faster than the server follows', () => {
  it('shows the last mark all the time', async () => {
    const { id } = await shown();
    const mark = async (set: object) => done(await admin.patch<Recorded>(`/api/messages/${id}`, set));
    proxy.commands = /UID STORE/;
    await mark({ seen: true });
    await proxy.holds();
    await mark({ seen: false });
    proxy.release();
    await proxy.holds();
    expect(await shown()).toMatchObject({ seen: false });
    proxy.commands = undefined;
    proxy.release();
    const inbox = mail.account(LOGIN).folder('INBOX');
    await waitUntil(
      () => Promise.resolve(inbox.messages[0]!.flags),
      (flags) => !flags.has('\\Seen'),
    );
    expect(await shown()).toMatchObject({ seen: false });
  });
});
