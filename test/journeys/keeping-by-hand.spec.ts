import { randomUUID } from 'node:crypto';
import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { mailUsers, PASSWORD } from './world.js';

interface Contact {
  id: string;
  name: string;
  emails: string[];
  companyId: string | null;
  source: object | null;
  revision: number;
}
interface Company {
  id: string;
  name: string;
  domain: string | null;
  revision: number;
}
interface Task {
  id: string;
  title: string;
  messageId: string | null;
  contactId: string | null;
  accountId: string;
  state: string;
  assignee: string | null;
  revision: number;
}
interface Entry {
  type: string;
  summary: string;
  by: { name: string };
  via: string;
  revision: number;
}

let service: RunningService;
let mail: MailServer;
let admin: Requests;
let account: string;
let ben: string;

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: mailUsers })]);
  admin = await service.signedIn();
  const person = { name: 'Ben', email: 'ben@mailroom.test', role: 'user', password: PASSWORD };
  ben = done(await admin.post<Recorded>('/api/users', person)).id;
  const settings = { createContacts: true, createTasks: true, users: [ben] };
  account = (await addAccount(admin, accountOn(mail, 'own@example.test', 'secret-of-own', settings))).id;
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

const letter = (from: string, subject: string): Buffer =>
  Buffer.from([`From: ${from}`, 'To: own@example.test', `Subject: ${subject}`, '', subject, ''].join('\r\n'));
async function receive(from: string, subject: string): Promise<MessageSummary> {
  mail.deliver('own@example.test', 'INBOX', letter(from, subject));
  await fetchMail(admin, account);
  await service.settled();
  return (await allOf<MessageSummary>(admin, '/api/messages')).find((message) => message.subject === subject)!;
}
const made = async (path: string, body: object, by = admin): Promise<Recorded> =>
  done(await by.post<Recorded>(path, body));
const changed = async (path: string, body: object, by = admin): Promise<Recorded> =>
  done(await by.patch<Recorded>(path, body));
const contact = async (at: Recorded): Promise<Contact> =>
  done(await admin.after(at).get<Contact>(`/api/contacts/${at.id}`));
const company = async (at: Recorded): Promise<Company> =>
  done(await admin.after(at).get<Company>(`/api/companies/${at.id}`));
const task = async (at: Recorded): Promise<Task> => done(await admin.after(at).get<Task>(`/api/tasks/${at.id}`));
const historyOf = async (kind: string, at: Recorded): Promise<Entry[]> =>
  allOf<Entry>(admin.after(at), `/api/${kind}/${at.id}/history`);

describe('a contact', () => {
  it('is created and changed by hand, with each change in the history', async () => {
    const zoo = await made('/api/companies', { name: 'Zoo', domain: 'zoo.example' });
    const emails = ['zoe@zoo.example', 'zoe@home.example'];
    const first = await made('/api/contacts', { name: ' Zoe ', emails });
    expect(await contact(first)).toEqual({
      ...{ id: first.id, name: 'Zoe', emails, companyId: zoo.id, source: null, bounces: [] },
      revision: first.revision,
    });
    const second = await changed(`/api/contacts/${first.id}`, {
      name: 'Zoe Zander',
      emails: ['ZOE@home.example', 'zoe@work.example'],
      companyId: null,
    });
    expect(await contact(second)).toMatchObject({
      name: 'Zoe Zander',
      emails: ['zoe@home.example', 'zoe@work.example'],
      companyId: null,
      revision: second.revision,
    });
    expect((await historyOf('contacts', second)).map(({ summary }) => summary)).toEqual([
      'removed the address zoe@zoo.example',
      'added the address zoe@work.example',
      'took it from its company',
      'renamed it from “Zoe” to “Zoe Zander”',
      'added the address zoe@home.example',
      'made the contact “Zoe”',
    ]);
    expect(await changed(`/api/contacts/${first.id}`, { name: 'Zoe Zander' })).toEqual(second);
  });

  it('keeps its address from other contacts until it gives the address up', async () => {
    const yan = await made('/api/contacts', { name: 'Yan', emails: ['yan@yacht.example'] });
    const taken = { status: 409, body: { reason: 'address-taken', contactId: yan.id } };
    expect(await admin.post('/api/contacts', { name: 'Other', emails: ['YAN@yacht.example'] })).toMatchObject(taken);
    const other = await made('/api/contacts', { name: 'Other' });
    expect(await admin.patch(`/api/contacts/${other.id}`, { emails: ['yan@yacht.example'] })).toMatchObject(taken);
    await changed(`/api/contacts/${yan.id}`, { emails: [] });
    const given = await changed(`/api/contacts/${other.id}`, { emails: ['yan@yacht.example'] });
    expect(await contact(given)).toMatchObject({ emails: ['yan@yacht.example'] });
    expect(await admin.patch(`/api/contacts/${yan.id}`, { emails: ['yan@yacht.example'] })).toMatchObject({
      status: 409,
    });
  });

  it('is created once when many requests with its address come at the same moment', async () => {
    const asked = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        admin.post<Recorded>('/api/contacts', { name: `Kit ${n}`, emails: ['kit@kite.example'] }),
      ),
    );
    await service.settled();
    const items = await allOf<Contact>(admin, '/api/contacts?q=kit@kite.example');
    expect(items).toHaveLength(1);
    expect(asked.filter(({ status }) => status === 201).map(({ body }) => body.id)).toEqual(items.map(({ id }) => id));
    for (const { status } of asked) expect([201, 409]).toContain(status);
  });

  it('created by hand is the contact of later mail from its address', async () => {
    const vera = await made('/api/contacts', { name: 'Vera by hand', emails: ['vera@vault.example'] });
    const message = await receive('Vera <vera@vault.example>', 'From a known one');
    expect(message.contactId).toBe(vera.id);
    expect(await allOf(admin, '/api/contacts?q=vera@vault.example')).toMatchObject([
      { id: vera.id, name: 'Vera by hand' },
    ]);
    expect(await task({ ...vera, id: message.taskId! })).toMatchObject({ contactId: vera.id });
  });

  it('learned from mail is created anew by the next mail after its address was removed', async () => {
    const { contactId } = await receive('Ugo <ugo@umber.example>', 'First of Ugo');
    await changed(`/api/contacts/${contactId}`, { emails: [] });
    const again = await receive('Ugo <ugo@umber.example>', 'Second of Ugo');
    expect(again.contactId).not.toBe(contactId);
    expect(await allOf(admin, '/api/contacts?q=ugo@umber.example')).toHaveLength(1);
  });

  it('takes no address of the organisation itself, and no company that does not exist', async () => {
    expect(await admin.post('/api/contacts', { name: 'Me', emails: ['own@example.test'] })).toMatchObject({
      status: 409,
      body: { reason: 'own-address' },
    });
    expect(await admin.post('/api/contacts', { name: 'Me', companyId: 'nowhere' })).toMatchObject({
      status: 404,
      body: { reason: 'company-not-found' },
    });
  });

  it('is created once when the request is repeated, and changed only with its current revision', async () => {
    const by = admin.with({ 'Idempotency-Key': randomUUID() });
    const body = { name: 'Twice', emails: ['twice@twin.example'] };
    expect(await made('/api/contacts', body, by)).toEqual(await made('/api/contacts', body, by));
    const { id, revision } = await made('/api/contacts', { name: 'Seen' });
    const stale = admin.with({ 'If-Match': `"${revision + 1}"` });
    expect(await stale.patch(`/api/contacts/${id}`, { name: 'x' })).toMatchObject({ status: 412 });
    const fresh = admin.with({ 'If-Match': `"${revision}"` });
    expect(await changed(`/api/contacts/${id}`, { name: 'Seen well' }, fresh)).toMatchObject({
      revision: revision + 1,
    });
  });
});

describe('a company', () => {
  it('is created and changed by hand, with each change in the history', async () => {
    const first = await made('/api/companies', { name: 'Acorn', domain: 'Mail.Acorn.example' });
    expect(await company(first)).toEqual({
      id: first.id,
      name: 'Acorn',
      domain: 'acorn.example',
      revision: first.revision,
    });
    const second = await changed(`/api/companies/${first.id}`, { name: 'Oak', domain: 'oak.example' });
    expect(await company(second)).toMatchObject({ name: 'Oak', domain: 'oak.example', revision: second.revision });
    expect((await historyOf('companies', second)).map(({ summary }) => summary)).toEqual([
      'changed the domain to oak.example',
      'renamed it from “Acorn” to “Oak”',
      'made the company “Acorn”',
    ]);
  });

  it('is the only one with its domain, from mail and by hand', async () => {
    const { contactId } = await receive('Ida <ida@iris.example>', 'From Iris');
    const { companyId } = done(await admin.get<Contact>(`/api/contacts/${contactId}`));
    const taken = { status: 409, body: { reason: 'domain-taken', companyId } };
    expect(await admin.post('/api/companies', { name: 'Iris', domain: 'iris.example' })).toMatchObject(taken);
    const byHand = await made('/api/companies', { name: 'Juniper', domain: 'juniper.example' });
    expect(await admin.patch(`/api/companies/${byHand.id}`, { domain: 'iris.example' })).toMatchObject(taken);
    const jo = await receive('Jo <jo@juniper.example>', 'From Juniper');
    expect(done(await admin.get<Contact>(`/api/contacts/${jo.contactId}`))).toMatchObject({ companyId: byHand.id });
    expect(await allOf(admin, '/api/companies?q=juniper.example')).toHaveLength(1);
  });

  it('that gave up its domain leaves the domain to a new company', async () => {
    const { contactId } = await receive('Lu <lu@lotus.example>', 'From Lotus');
    const { companyId } = done(await admin.get<Contact>(`/api/contacts/${contactId}`));
    await changed(`/api/companies/${companyId}`, { domain: null });
    const { contactId: next } = await receive('Lea <lea@lotus.example>', 'From Lotus again');
    const found = await allOf<Company>(admin, '/api/companies?q=lotus.example');
    expect(found).toHaveLength(1);
    expect(found[0]!.id).not.toBe(companyId);
    expect(done(await admin.get<Contact>(`/api/contacts/${next}`))).toMatchObject({ companyId: found[0]!.id });
  });

  it('takes neither the organisation’s own domain nor a free mail domain', async () => {
    expect(await admin.post('/api/companies', { name: 'x', domain: 'example.test' })).toMatchObject({
      body: { reason: 'own-domain' },
    });
    expect(await admin.post('/api/companies', { name: 'x', domain: 'gmail.com' })).toMatchObject({
      body: { reason: 'free-mail-domain' },
    });
  });
});

describe('a task', () => {
  it('is created, assigned, completed and opened again', async () => {
    const first = await made('/api/tasks', { title: 'Call Zoe', accountId: account, assignee: ben });
    expect(await task(first)).toMatchObject({
      title: 'Call Zoe',
      messageId: null,
      contactId: null,
      accountId: account,
    });
    const asBen = await service.signedIn({ email: 'ben@mailroom.test', password: PASSWORD });
    expect(await allOf<Task>(asBen.after(first), `/api/tasks?assignee=${ben}&state=open`)).toMatchObject([
      { id: first.id },
    ]);
    await changed(`/api/tasks/${first.id}`, { state: 'done' }, asBen);
    const last = await changed(`/api/tasks/${first.id}`, { state: 'open', assignee: null, title: 'Write to Zoe' });
    expect(await task(last)).toMatchObject({
      state: 'open',
      assignee: null,
      title: 'Write to Zoe',
      revision: last.revision,
    });
    expect((await historyOf('tasks', last)).map(({ by, summary }) => `${by.name} ${summary}`)).toEqual([
      'Administrator opened it again',
      'Administrator gave it to nobody',
      'Administrator renamed it from “Call Zoe” to “Write to Zoe”',
      'Ben completed it',
      'Administrator gave it to Ben',
      'Administrator made the task “Call Zoe”',
    ]);
  });

  it('is the only one of its mail, also when it is created by hand', async () => {
    const message = await receive('Ned <ned@nectar.example>', 'About nectar');
    const again = await admin.post('/api/tasks', { title: 'Again', messageId: message.id });
    expect(again).toMatchObject({ status: 409, body: { reason: 'mail-has-a-task', taskId: message.taskId } });
    done(await admin.get(`/api/messages/${message.id}`));
    const other = (await addAccount(admin, accountOn(mail, 'spare@example.test', 'secret-of-spare'))).id;
    mail.deliver('spare@example.test', 'INBOX', letter('Ned <ned@nectar.example>', 'No task yet'));
    await fetchMail(admin, other);
    await service.settled();
    const [bare] = await allOf<MessageSummary>(admin, `/api/accounts/${other}/messages`);
    expect(bare!.taskId).toBeNull();
    const byHand = await made('/api/tasks', { title: 'Answer Ned', messageId: bare!.id });
    expect(await task(byHand)).toMatchObject({ accountId: other, messageId: bare!.id, contactId: message.contactId });
    expect(done(await admin.after(byHand).get(`/api/messages/${bare!.id}`))).toMatchObject({ taskId: byHand.id });
  });

  it('needs an existing account, an assignee with access to the account, and an existing contact', async () => {
    const stranger = done(
      await admin.post<Recorded>('/api/users', {
        name: 'Sid',
        email: 'sid@mailroom.test',
        role: 'user',
        password: PASSWORD,
      }),
    ).id;
    const body = { title: 'Call', accountId: account };
    expect(await admin.post('/api/tasks', { ...body, assignee: stranger })).toMatchObject({
      status: 409,
      body: { reason: 'assignee-may-not-use-the-account' },
    });
    expect(await admin.post('/api/tasks', { ...body, contactId: 'nobody' })).toMatchObject({ status: 404 });
    expect(await admin.post('/api/tasks', { title: 'Call' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'accountId' }] },
    });
    expect(await admin.post('/api/tasks', { title: 'Call', accountId: 'nowhere' })).toMatchObject({ status: 404 });
  });
});
