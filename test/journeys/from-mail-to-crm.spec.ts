import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { PASSWORD } from './world.js';

interface Contact {
  id: string;
  name: string;
  emails: string[];
  companyId: string;
  source: { messageId: string; accountId: string } | null;
}
interface Task {
  id: string;
  title: string;
  messageId: string;
  contactId: string;
  accountId: string;
}
interface Entry {
  type: string;
  by: { id: string };
  via: string;
  at: string;
  position: string;
  changes: { field: string; from: unknown; to: unknown }[];
}

const ADDRESS = 'info@example.test';
let service: RunningService;
let mail: MailServer;
let admin: Requests;
let account: string;
let first: MessageSummary;

beforeAll(async () => {
  [service, mail] = await Promise.all([
    RunningService.start(),
    startMailServer({ users: { [ADDRESS]: 'secret', 'other@example.test': 'secret' } }),
  ]);
  admin = await service.signedIn();
  const settings = { createContacts: true, createTasks: true };
  account = (await addAccount(admin, accountOn(mail, ADDRESS, 'secret', settings))).id;
  first = await receive('Kim Kees <kim@kiosk.example>', 'First order');
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

async function receive(from: string, subject: string): Promise<MessageSummary> {
  const lines = [`From: ${from}`, `To: ${ADDRESS}`, `Subject: ${subject}`, '', `Text of ${subject}`, ''];
  mail.deliver(ADDRESS, 'INBOX', Buffer.from(lines.join('\r\n')));
  expect(await fetchMail(admin, account)).toMatchObject({ state: 'done', received: 1 });
  await service.settled();
  const messages = await allOf<MessageSummary>(admin, `/api/accounts/${account}/messages`);
  return messages.find((message) => message.subject === subject)!;
}

const contactOf = async ({ contactId }: MessageSummary, by = admin): Promise<Contact> =>
  done(await by.get<Contact>(`/api/contacts/${contactId}`));
const taskOf = async ({ taskId }: MessageSummary): Promise<Task> => done(await admin.get<Task>(`/api/tasks/${taskId}`));
const historyOf = (kind: string, id: string, by = admin): Promise<Entry[]> =>
  allOf<Entry>(by, `/api/${kind}/${id}/history`);

describe('a received message', () => {
  it('leads to its contact, company and task, and each of them back to the message', async () => {
    const contact = await contactOf(first);
    expect(contact).toMatchObject({ name: 'Kim Kees', emails: ['kim@kiosk.example'] });
    expect(contact.source).toEqual({ messageId: first.id, accountId: account });
    expect(done(await admin.get(`/api/companies/${contact.companyId}`))).toMatchObject({ domain: 'kiosk.example' });
    expect(await taskOf(first)).toMatchObject({
      title: 'First order',
      messageId: first.id,
      contactId: contact.id,
      accountId: account,
    });
    expect(await allOf(admin, `/api/tasks?accountId=${account}`)).toMatchObject([{ id: first.taskId }]);
  });

  it('stands in the histories as the source, with the reaction that the service carried out', async () => {
    const { id, companyId } = await contactOf(first);
    const histories = [
      await historyOf('companies', companyId),
      await historyOf('contacts', id),
      await historyOf('tasks', first.taskId!),
    ];
    const made = histories.map(([entry]) => entry!);
    expect(histories.map((entries) => entries.length)).toEqual([1, 1, 1]);
    expect(made).toMatchObject([
      { type: 'CompanyCreated', by: { id: 'system' }, via: 'create-company-when-message-received' },
      { type: 'ContactCreated', by: { id: 'system' }, via: 'create-contact-when-message-received' },
      { type: 'TaskCreated', by: { id: 'system' }, via: 'create-task-when-message-received' },
    ]);
    const [, contact, task] = made.map(({ changes }) => new Map(changes.map(({ field, to }) => [field, to])));
    expect(contact!.get('source')).toEqual({ messageId: first.id, accountId: account });
    expect(contact!.get('companyId')).toBe(companyId);
    expect([task!.get('messageId'), task!.get('contactId')]).toEqual([first.id, id]);
    const positions = made.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted());
    expect(made.every(({ at }) => at >= first.receivedAt)).toBe(true);
  });

  it('of a known person leads to the same contact and company, and to a task of its own', async () => {
    const contact = await contactOf(first);
    const second = await receive('K. Kees <KIM@kiosk.example>', 'Second order');
    expect(await contactOf(second)).toEqual(contact);
    expect(second.taskId).not.toBe(first.taskId);
    expect(await taskOf(second)).toMatchObject({ messageId: second.id, contactId: contact.id });
    expect(await historyOf('contacts', contact.id)).toHaveLength(1);
  });

  it('corrects the name of its contact once it has a better one, unless a person has named the contact', async () => {
    const unnamed = await receive('moe@mill.example', 'Without a name');
    expect(await contactOf(unnamed)).toMatchObject({ name: 'moe' });
    const named = await receive('"Moe Mills via Sales List" <moe@mill.example>', 'With a name');
    expect(named.contactId).toBe(unnamed.contactId);
    expect(await contactOf(named)).toMatchObject({ name: 'Moe Mills', source: { messageId: unnamed.id } });
    const [entry] = await historyOf('contacts', named.contactId!);
    expect(entry).toMatchObject({ type: 'ContactNameCorrected', via: 'create-contact-when-message-received' });
    done(await admin.patch(`/api/contacts/${named.contactId}`, { name: 'moe' }));
    const again = await receive('Moe Mills <moe@mill.example>', 'Once more');
    expect(await contactOf(again)).toMatchObject({ name: 'moe' });
  });

  it('of a colleague of a known person leads to another contact of the same company', async () => {
    const { id, companyId } = await contactOf(first);
    const third = await receive('Lea <lea@kiosk.example>', 'Question');
    const colleague = await contactOf(third);
    expect(colleague).toMatchObject({ companyId, source: { messageId: third.id, accountId: account } });
    expect(colleague.id).not.toBe(id);
    expect(await historyOf('companies', companyId)).toHaveLength(1);
  });

  it('is the source only for users of its account; others see the contact and company without it', async () => {
    const other = (await addAccount(admin, accountOn(mail, 'other@example.test', 'secret'))).id;
    const person = async (name: string, use: string): Promise<Requests> => {
      const email = `${name}@mailroom.test`;
      const body = { name, email, role: 'user', password: PASSWORD };
      const { id } = done(await admin.post<Recorded>('/api/users', body));
      done(await admin.put(`/api/accounts/${use}/access/${id}`));
      return service.signedIn({ email, password: PASSWORD });
    };
    const { id, companyId, source } = await contactOf(first);
    const [insider, outsider] = [await person('insider', account), await person('outsider', other)];
    const sourceInHistory = async (by: Requests): Promise<unknown> =>
      (await historyOf('contacts', id, by))[0]!.changes.find(({ field }) => field === 'source')?.to;

    expect([(await contactOf(first, insider)).source, await sourceInHistory(insider)]).toEqual([source, source]);
    expect([(await contactOf(first, outsider)).source, await sourceInHistory(outsider)]).toEqual([null, undefined]);
    const statuses = (by: Requests): Promise<number[]> =>
      Promise.all(
        [
          `companies/${companyId}`,
          `messages/${first.id}`,
          `tasks/${first.taskId}`,
          `tasks/${first.taskId}/history`,
        ].map(async (path) => (await by.get(`/api/${path}`)).status),
      );
    expect([await statuses(insider), await statuses(outsider)]).toEqual([
      [200, 200, 200, 200],
      [200, 404, 404, 404],
    ]);
  });
});
