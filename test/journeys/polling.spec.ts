import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

const SILENT = 'anna@example.test';
const TALKING = 'ben@example.test';
const PASSWORD = 'secret';

interface Health {
  work: { name: string; running: number }[];
}

let service: RunningService;
let mail: MailServer;
let admin: Requests;

/** @param check ms between two checks by STATUS */
async function start(check: number): Promise<void> {
  [service, mail] = await Promise.all([
    RunningService.start({
      env: { LOG_LEVEL: 'info' },
      config: { watchMail: true, watchTimes: { check, poll: 100 } },
    }),
    startMailServer({ users: { [SILENT]: PASSWORD, [TALKING]: PASSWORD } }),
  ]);
  admin = await service.signedIn();
}
afterEach(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

const idling = (login: string): Promise<unknown> =>
  waitUntil(
    () => Promise.resolve(mail.idling),
    (logins) => logins.includes(login),
  );
const fetched = async (login: string): Promise<string> => {
  const { id } = await addAccount(admin, accountOn(mail, login, PASSWORD));
  await fetchMail(admin, id);
  return id;
};
const deliver = (login: string, n: number): void =>
  void mail.deliver(login, 'INBOX', Buffer.from(`Message-ID: <${n}@kiosk.example>\r\nSubject: ${n}\r\n\r\nText\r\n`));
const listed = (account: string, messages: number) =>
  waitUntil(
    () => allOf<MessageSummary>(admin, `/api/accounts/${account}/messages`),
    (all) => all.length === messages,
  );
const polled = async (): Promise<number> => {
  const { body } = await admin.get<Health>('/health/ready');
  return body.work.find(({ name }) => name === 'polling')?.running ?? 0;
};
const reasons = (): string[] =>
  service.logged
    .map((line) => JSON.parse(line) as { msg: string; reason: string })
    .filter(({ msg }) => msg === 'the inbox of an account is polled')
    .map(({ reason }) => reason);

it('a server that reports nothing by IDLE is polled once STATUS has shown that', async () => {
  await start(200);
  mail.faults.silentIdle = true;
  const account = await fetched(SILENT);
  for (const n of [1, 2]) {
    await idling(SILENT);
    deliver(SILENT, n);
    await listed(account, n);
  }
  await waitUntil(polled, (accounts) => accounts === 1);
  expect(reasons()).toEqual(['IDLE did not report changes that STATUS showed']);
  deliver(SILENT, 3);
  await listed(account, 3);
});

it('a server that reports by IDLE is not polled', async () => {
  await start(4000);
  const account = await fetched(TALKING);
  for (const n of [1, 2, 3]) {
    await idling(TALKING);
    deliver(TALKING, n);
    await listed(account, n);
  }
  expect([await polled(), reasons()]).toEqual([0, []]);
});

it('a server without IDLE is polled from the start', async () => {
  await start(200);
  mail.faults.hidden.add('IDLE');
  const account = await fetched(SILENT);
  await waitUntil(polled, (accounts) => accounts === 1);
  expect(reasons()).toEqual(['no IDLE']);
  deliver(SILENT, 1);
  await listed(account, 1);
});
