import type { MailFolder } from '../mail-server/mail-folder.js';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';

interface Draft {
  text: string | null;
  copy: { state: string };
}

const PASSWORD = 'secret-of-anna';
const LOGINS = ['anna', 'ben', 'carl', 'dora', 'ewa'].map((name) => `${name}@example.test`);
const KIM = [{ address: 'kim@kiosk.example' }];
const LONGEST_MS = 120_000;
const LIMIT_MS = 300_000;

let service: RunningService;
let mail: MailServer;
let admin: Requests;
let login: string;
let account: string;

beforeAll(async () => {
  const users = Object.fromEntries(LOGINS.map((each) => [each, PASSWORD]));
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users })]);
  admin = await service.signedIn();
});
beforeEach(async () => {
  login = LOGINS.pop()!;
  mail.account(login).create('Work');
  account = (await addAccount(admin, accountOn(mail, login, PASSWORD))).id;
  await look();
});
afterEach(() => mail.faults.hidden.clear());
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

const folder = (name: string): MailFolder => mail.account(login).folder(name);
const look = async (): Promise<void> => {
  expect(await fetchMail(admin, account)).toMatchObject({ state: 'done' });
  await service.settled();
};
const listed = (query: string): Promise<MessageSummary[]> =>
  allOf<MessageSummary>(admin, `/api/accounts/${account}/messages${query}`);
const read = async (id: string): Promise<Draft> => done(await admin.get<Draft>(`/api/drafts/${id}`));

/** Moves all mail of a folder, as another program does. */
function moveElsewhere(from: string, to: string): void {
  const { messages } = folder(from);
  for (const { raw, flags } of messages) folder(to).add({ raw, flags });
  folder(from).remove(new Set(messages.map(({ uid }) => uid)));
}
const saveElsewhere = (text: string): void =>
  void folder('Drafts').add({
    raw: Buffer.from(
      `Message-ID: <${text}@other.example>\r\nFrom: ${login}\r\nTo: kim@kiosk.example\r\nSubject: ${text}\r\n\r\n${text}\r\n`,
    ),
    flags: ['\\Draft', '\\Seen'],
  });

async function begin(text: string): Promise<string> {
  const { id } = done(
    await admin.post<Recorded>(`/api/accounts/${account}/drafts`, { to: KIM, subject: 'Offer', text }),
  );
  await copied(id);
  return id;
}
/** Waits for the copy, as if the author had paused long enough. */
async function copied(id: string): Promise<void> {
  await service.service.platform.database.query(
    `update drafts set saved_at = saved_at - interval '10 seconds' where id = $1`,
    [id],
  );
  await waitUntil(
    () => read(id),
    ({ copy }) => copy.state === 'kept',
    LONGEST_MS,
  );
}

describe('a draft of another program', () => {
  it(
    'that goes into the trash of the server is a draft no more, and is one again when it comes back',
    async () => {
      saveElsewhere('apple');
      await look();
      expect(await listed('?box=draft')).toMatchObject([{ subject: 'apple' }]);
      moveElsewhere('Drafts', 'Trash');
      await look();
      await waitUntil(
        () => listed('?box=draft'),
        ({ length }) => length === 0,
        LONGEST_MS,
      );
      moveElsewhere('Trash', 'Drafts');
      await look();
      expect(await listed('?box=draft')).toMatchObject([{ subject: 'apple' }]);
    },
    LIMIT_MS,
  );

  it(
    'that goes into another folder is one message there',
    async () => {
      saveElsewhere('pear');
      await look();
      moveElsewhere('Drafts', 'Work');
      await look();
      await look();
      expect(await listed('?box=draft')).toEqual([]);
      expect(await listed('?folder=Work')).toMatchObject([{ subject: 'pear' }]);
    },
    LIMIT_MS,
  );
});

describe('a draft of this service', () => {
  it(
    'stays one draft with one copy when its folder gets another UIDVALIDITY',
    async () => {
      const id = await begin('first');
      mail.changeUidValidity(login, 'Drafts');
      await look();
      expect(await listed('?box=draft')).toMatchObject([{ id }]);
      done(await admin.put<Recorded>(`/api/drafts/${id}`, { to: KIM, subject: 'Offer', text: 'second' }));
      await copied(id);
      await look();
      expect(await listed('?box=draft')).toMatchObject([{ id }]);
      expect((await read(id)).text).toBe('second');
      const copies = await waitUntil(
        () => Promise.resolve(folder('Drafts').messages.map(({ raw }) => raw.toString())),
        ({ length }) => length === 1,
        LONGEST_MS,
      );
      expect(copies[0]).toContain('second');
    },
    LIMIT_MS,
  );

  it(
    'stays one draft on a server that cannot remove single messages, with one copy that is not marked as deleted',
    async () => {
      mail.faults.hidden.add('UIDPLUS');
      const id = await begin('first');
      done(await admin.put<Recorded>(`/api/drafts/${id}`, { to: KIM, subject: 'Offer', text: 'second' }));
      await copied(id);
      const there = (): string[] =>
        folder('Drafts')
          .messages.filter(({ flags }) => !flags.has('\\Deleted'))
          .map(({ raw }) => raw.toString());
      const copies = await waitUntil(
        () => Promise.resolve(there()),
        ({ length }) => length === 1,
        LONGEST_MS,
      );
      expect(copies[0]).toContain('second');
      await look();
      expect(await listed('?box=draft')).toMatchObject([{ id }]);
      done(await admin.delete(`/api/drafts/${id}`));
      await waitUntil(
        () => Promise.resolve(there()),
        ({ length }) => length === 0,
        LONGEST_MS,
      );
      await look();
      expect(await listed('?box=draft')).toEqual([]);
      expect(await listed('?folder=Drafts')).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'is one message in the folder into which another program moves its copy',
    async () => {
      const id = await begin('kept');
      moveElsewhere('Drafts', 'Work');
      await look();
      await look();
      await waitUntil(
        async () => [await listed('?box=draft'), await listed('?folder=Work')],
        ([drafts, moved]) => drafts!.length === 0 && moved!.length === 1,
        LONGEST_MS,
      );
      expect((await admin.get(`/api/drafts/${id}`)).status).toBe(404);
      const [moved] = await listed('?folder=Work');
      expect(done(await admin.get<{ text: string }>(`/api/messages/${moved!.id}`)).text).toContain('kept');
    },
    LIMIT_MS,
  );
});
