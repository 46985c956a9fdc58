import { ImapFlow } from 'imapflow';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

type Listed = MessageSummary & { flagged: boolean; onServer: boolean };

const LOGIN = 'anna@example.test';
const PASSWORD = 'secret-of-anna';

let service: RunningService;
let mail: MailServer;
let admin: Requests;
let account: string;

beforeAll(async () => {
  [service, mail] = await Promise.all([
    RunningService.start({ config: { watchMail: true } }),
    startMailServer({ users: { [LOGIN]: PASSWORD } }),
  ]);
  admin = await service.signedIn();
  deliver('first');
  account = (await addAccount(admin, accountOn(mail, LOGIN, PASSWORD, { createTasks: true }))).id;
  await fetchMail(admin, account);
});
afterAll(async () => {
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
const listed = (): Promise<Listed[]> => allOf<Listed>(admin, `/api/accounts/${account}/messages`);
const until = (subject: string, isSo: (one: Listed) => boolean) =>
  waitUntil(listed, (all) => all.some((each) => each.subject === subject && isSo(each)));

async function otherProgram(act: (client: ImapFlow) => Promise<unknown>): Promise<void> {
  const auth = { user: LOGIN, pass: PASSWORD };
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: mail.imapPort,
    secure: false,
    doSTARTTLS: false,
    auth,
    logger: false,
  });
  await client.connect();
  await client.mailboxOpen('INBOX');
  await act(client);
  await client.logout();
}

describe('a watched account', () => {
  it('shows new mail without a fetch, with its task', async () => {
    await waitUntil(
      () => Promise.resolve(mail.faults.commands),
      (commands) => commands.includes('IDLE'),
    );
    deliver('second');
    await until('second', () => true);
    await service.settled();
    expect((await allOf(admin, '/api/tasks')).length).toBe(2);
  });

  it('shows flags and removals of other programs', async () => {
    await otherProgram((client) => client.messageFlagsAdd('1:*', ['\\Flagged'], { uid: true }));
    await until('first', ({ flagged }) => flagged);
    await otherProgram((client) => client.messageDelete('1', { uid: true }));
    await until('first', ({ onServer }) => !onServer);
  });

  it('is watched again after its server was away', async () => {
    mail.dropConnections();
    deliver('third');
    await until('third', () => true);
  });
});
