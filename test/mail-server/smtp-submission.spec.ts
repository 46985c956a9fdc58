import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { startMailServer, type MailServer } from './mail-server.js';

const users = { 'anna@example.test': 'secret', 'ben@example.test': 'hidden' };
let server: MailServer;

beforeAll(async () => {
  server = await startMailServer({ users });
});
afterAll(() => server.stop());

const letter = {
  from: 'anna@example.test',
  to: ['Ben@example.test', 'far@away.example'],
  subject: 'Hello',
  text: '.dot\nfirst',
};

it('accepts mail from its users only', async () => {
  await expect(send('wrong')).rejects.toMatchObject({ code: 'EAUTH', responseCode: 535 });
  const { auth: _, ...anonymous } = options('secret');
  await expect(createTransport(anonymous).sendMail(letter)).rejects.toMatchObject({ responseCode: 530 });
  expect(server.submissions).toEqual([]);
});

it('delivers to the INBOX of its own users with a return path, and records the submission', async () => {
  await send('secret');
  expect(server.submissions).toMatchObject([{ from: 'anna@example.test', to: letter.to }]);
  const auth = { user: 'ben@example.test', pass: 'hidden' };
  const client = new ImapFlow({
    host: server.host,
    port: server.imapPort,
    secure: false,
    doSTARTTLS: false,
    auth,
    logger: false,
  });
  await client.connect();
  await client.mailboxOpen('INBOX');
  const [received] = await client.fetchAll('1:*', { source: true, flags: true });
  await client.logout();
  expect(received?.source?.toString()).toMatch(/^Return-Path: <anna@example\.test>\r\nReceived: by /);
  expect(received?.source?.toString()).toMatch(/\r\n\r\n\.dot\r\nfirst\r\n$/);
  expect(received?.flags?.size).toBe(0);
});

it.each([450, 550] as const)('refuses a recipient with the injected code %i', async (code) => {
  server.refuseRecipient('Nobody@away.example', code);
  await expect(send('secret', { ...letter, to: ['nobody@away.example'] })).rejects.toMatchObject({
    responseCode: code,
  });
});

function send(pass: string, message = letter): Promise<unknown> {
  return createTransport(options(pass)).sendMail(message);
}

function options(pass: string) {
  return {
    host: server.host,
    port: server.smtpPort,
    secure: false,
    ignoreTLS: true,
    auth: { user: 'anna@example.test', pass },
  };
}
