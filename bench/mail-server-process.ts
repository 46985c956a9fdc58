import { startMailServer } from '../test/mail-server/mail-server.js';

/**
 * The project's mail server as a process of its own: `<accounts> <messages of each INBOX> [<IMAP port> <SMTP port>]`;
 * password `secret`. A second process with the ports of the first one is that server after a restart.
 */
const [accounts, messages, imapPort = 0, smtpPort = 0] = process.argv.slice(2).map(Number);
const logins = Array.from({ length: accounts || 1 }, (_, n) => `user${n + 1}@bench.example`);
const server = await startMailServer({
  users: Object.fromEntries(logins.map((login) => [login, 'secret'])),
  imapPort,
  smtpPort,
  uidValidity: 1,
});
for (const login of logins) {
  const mail = Array.from({ length: messages || 0 }, (_, n) => ({
    raw: Buffer.from(
      `From: ben@example.com\r\nTo: ${login}\r\nSubject: Number ${n + 1}\r\nMessage-ID: <${n + 1}.${login}>\r\n\r\nHello\r\n`,
    ),
  }));
  if (mail.length > 0) server.account(login).folder('INBOX').addAll(mail);
}
process.stdout.write(`the mail server is ready: imap ${server.imapPort} smtp ${server.smtpPort}\n`);
process.on('SIGTERM', () => process.exit(0));
