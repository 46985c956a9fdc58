import { FreshMailbox } from './fresh-mailbox.js';
import type { OpenMessage } from './mailbox.js';
import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

const PASSWORD = 'a password for people';

let service: RunningService;
let admin: Requests;
let ben: Requests;
let box: FreshMailbox;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
  const email = 'ben@mailroom.test';
  const { id } = done(
    await admin.post<Recorded>('/api/users', { name: 'Ben', email, role: 'user', password: PASSWORD }),
  );
  box = await FreshMailbox.open(service, admin);
  await box.connect({ users: [id] });
  ben = await service.signedIn({ email, password: PASSWORD });
});
afterAll(async () => {
  await service?.stop();
  await box?.close();
});

const html = (subject: string, body: string): Buffer =>
  Buffer.from(
    `From: eve@hostile.example\r\nMessage-ID: <${subject}@hostile.example>\r\nSubject: ${subject}\r\nContent-Type: text/html\r\n\r\n${body}`,
  );

it('another person lists and opens mail before a costly message is open, and the message is shown as text', async () => {
  box.server.deliver(box.address, 'INBOX', html('costly', `${'<div>'.repeat(250_000)}the words`));
  box.server.deliver(box.address, 'INBOX', html('plain', '<p>Hello</p>'));
  await box.fetch();
  const mail = await box.onRecord();
  const path = (subject: string): string => `/api/messages/${mail.find((each) => each.subject === subject)!.id}`;
  let isOpen = false;
  const costly = admin.get<OpenMessage>(path('costly')).finally(() => (isOpen = true));
  expect(done(await ben.get<OpenMessage>(path('plain')))).toMatchObject({ content: 'complete' });
  expect((await ben.get(`/api/accounts/${box.accountId}/messages`)).status).toBe(200);
  expect(isOpen).toBe(false);
  expect(done(await costly)).toMatchObject({ html: null, text: expect.stringContaining('the words'), content: 'cut' });
});
