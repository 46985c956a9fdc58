import { HoldingProxy } from '../holding-proxy.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, type Requests } from './requests.js';
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
  [service, mail] = await Promise.all([
    RunningService.start({ config: { watchMail: true } }),
    startMailServer({ users: { [LOGIN]: PASSWORD } }),
  ]);
  mail.faults.hidden.add('CONDSTORE');
  proxy = await HoldingProxy.start(mail.imapPort);
  admin = await service.signedIn();
  deliver('first');
  deliver('kept', 'Archive');
  const ports = { imapPort: proxy.port, smtpPort: mail.smtpPort };
  account = (await addAccount(admin, accountOn(ports, LOGIN, PASSWORD))).id;
  await fetchMail(admin, account);
});
afterAll(async () => {
  proxy?.stop();
  await Promise.all([service?.stop(), mail?.stop()]);
});

const deliver = (subject: string, folder = 'INBOX'): void =>
  void mail.deliver(
    LOGIN,
    folder,
    Buffer.from(
      `Message-ID: <${subject}@kiosk.example>\r\nFrom: kim@kiosk.example\r\nSubject: ${subject}\r\n\r\nText\r\n`,
    ),
  );
const until = (subject: string, isSo: (one: MessageSummary) => boolean) =>
  waitUntil(
    () => allOf<MessageSummary>(admin, `/api/accounts/${account}/messages`),
    (all) => all.some((each) => each.subject === subject && isSo(each)),
  );

describe('a watched account on a server that tells no mod-sequences', () => {
  it('shows a flag that another program sets while a look is at another folder', async () => {
    await waitUntil(
      () => Promise.resolve(mail.idling),
      ({ length }) => length > 0,
    );
    proxy.commands = /(EXAMINE|SELECT) "?Archive/;
    deliver('also kept', 'Archive');
    deliver('second');
    await proxy.holds();
    const inbox = mail.account(LOGIN).folder('INBOX');
    inbox.setFlags(inbox.messages[0]!, ['\\Seen']);
    proxy.commands = undefined;
    proxy.release();
    await until('second', ({ seen }) => !seen);
    await until('first', ({ seen }) => seen);
  });
});
