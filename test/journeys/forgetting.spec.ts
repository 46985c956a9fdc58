import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { contactKey } from '../../src/contacts/contact.events.js';
import { messageKey } from '../../src/messages/message.events.js';
import { rebuild } from '../../src/platform/read-models/rebuild.js';
import { allProjections } from '../../src/service.js';
import { taskKey } from '../../src/tasks/task.events.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { done, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { everythingStored } from './stored.js';

const letter = (from: string, subject: string, body: string): Buffer =>
  Buffer.from(
    [
      `From: ${from}`,
      'To: anna@example.test',
      `Subject: ${subject}`,
      `Message-ID: <${subject}@letters.example>`,
      '',
      body,
      '',
    ].join('\r\n'),
  );

/** Texts about Dora that no table may contain afterwards. */
const OF_DORA = ['Dorabella', 'dora.forgotten', 'quincejelly', 'marzipan-secret'];

describe('forgetting a person', () => {
  let mail: MailServer;
  let service: RunningService;
  let admin: Requests;

  beforeAll(async () => {
    mail = await startMailServer({ users: { 'anna@example.test': 'secret' } });
    mail.deliver(
      'anna@example.test',
      'INBOX',
      letter('Dorabella <dora.forgotten@customer.example>', 'quincejelly', 'marzipan-secret'),
    );
    mail.deliver('anna@example.test', 'INBOX', letter('Emil <emil@other.example>', 'rosehip', 'kept for ever'));
    service = await RunningService.start();
    admin = await service.signedIn();
    const settings = { createContacts: true, createTasks: true };
    const account = await addAccount(admin, accountOn(mail, 'anna@example.test', 'secret', settings));
    await fetchMail(admin, account.id);
    await service.settled();
  });
  afterAll(async () => {
    await service.stop();
    await mail.stop();
  });

  it('begins with the mail of the person on record', async () => {
    const stored = await everythingStored(service);
    for (const word of ['Dorabella', 'dora.forgotten', 'quincejelly']) expect(stored).toContain(word);
  });

  it('leaves no trace in rebuilt read models once the keys are destroyed, and keeps the log head', async () => {
    const { platform } = service.service;
    const { items: messages } = done(await admin.get<{ items: MessageSummary[] }>('/api/messages'));
    const ofDora = messages.find(({ from }) => from?.address === 'dora.forgotten@customer.example')!;
    const head = await platform.store.head();
    await platform.keys.destroy([messageKey(ofDora.id), contactKey(ofDora.contactId!), taskKey(ofDora.taskId!)]);
    for (const projection of allProjections(platform)) await rebuild(platform, projection);
    await service.settled();

    const stored = await everythingStored(service);
    for (const word of OF_DORA) expect(stored).not.toContain(word);
    expect(stored).toContain('rosehip');
    expect(await platform.store.head()).toBe(head);
  });

  it('lists the mail of the person without its content, and without its bytes', async () => {
    const { items } = done(await admin.get<{ items: MessageSummary[] }>('/api/messages'));
    expect(items).toHaveLength(2);
    const forgotten = items.find(({ subject }) => subject !== 'rosehip')!;
    expect(forgotten).toMatchObject({ from: null, attachments: [] });
    expect(await admin.get(`/api/messages/${forgotten.id}/raw`)).toMatchObject({
      status: 404,
      body: { reason: 'message-erased' },
    });
    expect((await admin.get(`/api/messages/${forgotten.id}`)).status).toBe(200);
    expect(done(await admin.get<{ items: unknown[] }>('/api/messages?q=quincejelly')).items).toEqual([]);
    expect(done(await admin.get<{ items: unknown[] }>('/api/messages?q=rosehip')).items).toHaveLength(1);
    expect(done(await admin.get<{ items: unknown[] }>('/api/contacts')).items).toHaveLength(2);
    expect(done(await admin.get<{ items: unknown[] }>('/api/tasks')).items).toHaveLength(2);
  });

  it('brings nothing back when the same mailbox is fetched again', async () => {
    const { items } = done(await admin.get<{ items: { id: string }[] }>('/api/accounts'));
    mail.changeUidValidity('anna@example.test', 'INBOX');
    await fetchMail(admin, items[0]!.id);
    await service.settled();
    const stored = await everythingStored(service);
    for (const word of OF_DORA) expect(stored).not.toContain(word);
  });
});
