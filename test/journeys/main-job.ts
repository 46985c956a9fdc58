import { ImapFlow } from 'imapflow';
import PostalMime from 'postal-mime';
import { demoMessages } from '../../demo/messages.js';
import {
  DEMO_ADDRESS,
  DEMO_COMPANIES,
  DEMO_PEOPLE,
  DEMO_REPORT,
  fetchedDemo,
  FREE_MAIL,
  hashOf,
} from './demo-mailbox.js';
import { type Fetched, fetchMail, gapsOf, type MessageSummary, type OpenMessage } from './mailbox.js';
import { allOf, done, type Requests } from './requests.js';
import type { RunningService } from './running-service.js';

export interface MainJob {
  service: RunningService;
  /** the IMAP server with the demo's mail */
  imap: { host: string; imapPort: number; users: Readonly<Record<string, string>> };
  admin: Requests;
  accountId: string;
}

const demoByHash = new Map(demoMessages.map((message) => [hashOf(message.raw), message]));

/** Proves the main job on an account with the demo's mail: from the fetch button to contacts, companies and tasks. */
export function doesTheMainJob(job: () => MainJob): void {
  const messages = async (): Promise<MessageSummary[]> => [
    ...(await allOf<MessageSummary>(job().admin, `/api/accounts/${job().accountId}/messages`)),
    ...(await allOf<MessageSummary>(job().admin, `/api/accounts/${job().accountId}/messages?folder=Drafts`)),
  ];
  const found = async (query: string): Promise<(string | null)[]> =>
    (await allOf<MessageSummary>(job().admin, `/api/messages?${query}`)).map(({ subject }) => subject);

  it('fetches everything but junk and trash', async () => {
    const { service, admin, accountId } = job();
    const fetched = await fetchMail(admin, accountId);
    const all = fetchedDemo.length;
    expect(fetched).toMatchObject({ state: 'done', found: all, received: all, skipped: 0, failed: 0, reason: null });
    await service.settled();
    const { items } = done(await admin.get<{ items: Fetched[] }>(`/api/accounts/${accountId}/fetches`));
    expect(items).toEqual([done(await admin.get<Fetched>(`/api/fetches/${fetched.id}`))]);
    expect(Object.fromEntries(fetched.folders.map(({ path, found: is, done: was }) => [path, [is, was]]))).toEqual(
      Object.fromEntries(['INBOX', 'Sent', 'Drafts'].map((path) => [path, Array(2).fill(inFolder(path))])),
    );
  });

  it('has each message on record once, with exactly the bytes of the server', async () => {
    const hashes: string[] = [];
    for (const { id, size } of await messages()) {
      const raw = await job().admin.get(`/api/messages/${id}/raw`);
      expect(raw.headers.get('content-type')).toBe('message/rfc822');
      expect(raw.bytes.length).toBe(size);
      hashes.push(hashOf(raw.bytes));
    }
    expect(hashes.sort()).toEqual(fetchedDemo.map(({ raw }) => hashOf(raw)).sort());
  });

  it('keeps the time of arrival, the seen flag and the box of each message', async () => {
    for (const { id, receivedAt, seen, box } of await messages()) {
      const demo = demoByHash.get(hashOf((await job().admin.get(`/api/messages/${id}/raw`)).bytes))!;
      expect({ name: demo.name, receivedAt, seen, box }).toEqual({
        name: demo.name,
        receivedAt: demo.internalDate.toISOString(),
        seen: demo.flags.includes('\\Seen'),
        box: demo.folder === 'Sent' ? 'sent' : demo.folder === 'Drafts' ? 'draft' : 'received',
      });
    }
  });

  it('finds mail by its text, by its sender, and by both', async () => {
    expect(await found('q=pectin')).toEqual(['[preserves] Pectin from quince?']);
    expect(await found('from=zak@pasieka-zak.example')).toEqual(['Faktura za kwiecień – prośba o korektę']);
    expect(await found('q=faktura&from=zak@pasieka-zak.example')).toHaveLength(1);
    expect(await found(`q=${encodeURIComponent('ジャムの注文')}`)).toEqual(['ジャムの注文']);
    expect(await found('q=nobody-wrote-this')).toEqual([]);
  });

  it('shows HTML without scripts, handlers and remote pictures, and serves attachments unchanged', async () => {
    let files = 0;
    for (const { id } of await messages()) {
      const opened = done(await job().admin.get<OpenMessage>(`/api/messages/${id}`));
      const { bytes } = await job().admin.get(`/api/messages/${id}/raw`);
      const original = await PostalMime.parse(bytes, { forceRfc822Attachments: true });
      expect(opened.html ?? '').not.toMatch(
        /<(script|iframe|object|form|style|link|meta)\b|\son\w+\s*=|javascript:|src="https?:/i,
      );
      expect(opened.attachments).toHaveLength(original.attachments.length);
      const oneLine = bytes.toString('latin1').replaceAll(/\r?\n/g, '');
      for (const { index } of opened.attachments) {
        const file = await job().admin.get(`/api/messages/${id}/attachments/${index}`);
        expect([file.status, file.headers.get('content-disposition')]).toEqual([
          200,
          expect.stringMatching(/^attachment;/),
        ]);
        const isUnchanged = bytes.includes(file.bytes) || oneLine.includes(file.bytes.toString('base64'));
        expect({ subject: opened.subject, index, isUnchanged }).toEqual({
          subject: opened.subject,
          index,
          isUnchanged: true,
        });
      }
      files += opened.attachments.length;
    }
    expect(files).toBeGreaterThan(8);
  });

  it('creates one contact for each sender that is a person, and one company for each domain', async () => {
    const contacts = await allOf<{ emails: string[]; companyId: string | null }>(job().admin, '/api/contacts');
    expect(contacts.flatMap(({ emails }) => emails).sort()).toEqual(DEMO_PEOPLE);
    const companies = await allOf<{ id: string; domain: string }>(job().admin, '/api/companies');
    expect(companies.map(({ domain }) => domain).sort()).toEqual(DEMO_COMPANIES);
    const domainOf = new Map(companies.map(({ id, domain }) => [id, domain]));
    for (const { emails, companyId } of contacts) {
      const address = emails[0]!;
      if (companyId === null) expect(FREE_MAIL).toContain(address.split('@')[1]!.split('.').slice(-2).join('.'));
      else expect(address.endsWith(domainOf.get(companyId)!)).toBe(true);
    }
  });

  it('creates a task for each received mail but reports of mail servers, linked to the mail and its contact', async () => {
    const received = (await messages()).filter(({ box, subject }) => box === 'received' && subject !== DEMO_REPORT);
    const tasks = await allOf<{ id: string; messageId: string; contactId: string | null }>(job().admin, '/api/tasks');
    expect(tasks.map(({ messageId }) => messageId).sort()).toEqual(received.map(({ id }) => id).sort());
    for (const { id, messageId, contactId } of tasks)
      expect(received.find((message) => message.id === messageId)).toMatchObject({ taskId: id, contactId });
  });

  it('has no gaps', async () => {
    const gaps = await gapsOf(job().admin, job().accountId);
    expect(gaps.map(({ path }) => path).sort()).toEqual(['Drafts', 'INBOX', 'Junk', 'Sent', 'Trash']);
    for (const { path, fetched, onServer, received, skipped, failed, outstanding } of gaps) {
      const onRecord = fetched ? inFolder(path) : 0;
      const listed = fetched ? inFolder(path) : null;
      expect({ path, onServer, received }).toEqual({ path, onServer: listed, received: onRecord });
      expect(outstanding).toBe(0);
      expect([skipped, failed, fetched]).toEqual([[], [], !['Junk', 'Trash'].includes(path)]);
    }
  });

  it('leaves every flag on the server as it was', async () => {
    const { host, imapPort: port, users } = job().imap;
    const auth = { user: DEMO_ADDRESS, pass: users[DEMO_ADDRESS]! };
    const client = new ImapFlow({ host, port, secure: false, doSTARTTLS: false, auth, logger: false });
    await client.connect();
    for (const path of ['INBOX', 'Sent', 'Drafts']) {
      await client.mailboxOpen(path, { readOnly: true });
      const flags = (await client.fetchAll('1:*', { flags: true })).map((message) =>
        [...(message.flags ?? [])].filter((flag) => flag !== '\\Recent').sort(),
      );
      expect(flags).toEqual(
        demoMessages.filter(({ folder }) => folder === path).map((message) => [...message.flags].sort()),
      );
    }
    await client.logout();
  });

  it('adds nothing when it fetches again', async () => {
    const { service, admin, accountId } = job();
    const before = await messages();
    expect(await fetchMail(admin, accountId)).toMatchObject({
      state: 'done',
      found: 0,
      received: 0,
      skipped: 0,
      failed: 0,
    });
    await service.settled();
    expect(await messages()).toEqual(before);
    expect(await allOf(admin, '/api/contacts')).toHaveLength(DEMO_PEOPLE.length);
  });
}

const inFolder = (path: string): number => demoMessages.filter(({ folder }) => folder === path).length;
