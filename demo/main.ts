import 'reflect-metadata';
import { runService } from '../src/run-service.js';
import type { Service } from '../src/service.js';
import { type MailServer, startMailServer } from '../test/mail-server/mail-server.js';
import { demoMessages } from './messages.js';
import { GONE, sendDemoMail } from './outgoing.js';

const ADDRESS = 'anna@example.test';
const MAILBOX_PASSWORD = 'demo-mailbox';
const ADMIN = { email: 'admin@demo.example', password: 'demo-demo-demo' };
const PEOPLE = [
  { name: 'Ben Nowak', email: 'ben@demo.example', role: 'user', password: 'violet-harbour-lantern' },
  { name: 'Olga Lis', email: 'olga@demo.example', role: 'auditor', password: 'copper-meadow-violin' },
] as const;
/** Fixed ports, because the account stores them. */
const IMAP_PORT = Number(process.env.DEMO_IMAP_PORT ?? 3143);
const SMTP_PORT = Number(process.env.DEMO_SMTP_PORT ?? 3025);

type Api = <T>(method: string, path: string, body?: object, waitFor?: string) => Promise<T>;

/** Starts the service with a mail server in the same process, and adds one account on that server. */
async function main(): Promise<void> {
  let mail: MailServer | undefined;
  const env = {
    DATA_DIR: './data-demo',
    LOG_LEVEL: 'warn',
    ...process.env,
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    ALLOW_PRIVATE_MAIL_HOSTS: 'true',
  };
  await runService(env, {
    ready: async (service) => {
      mail = await startMailServer({
        users: { [ADDRESS]: MAILBOX_PASSWORD },
        imapPort: IMAP_PORT,
        smtpPort: SMTP_PORT,
      });
      mail.refuseRecipient(GONE, 550);
      for (const { folder, raw, flags, internalDate } of demoMessages)
        mail.deliver(ADDRESS, folder, raw, { flags, internalDate });
      await fetchDemoMailbox(service);
    },
    stopped: async () => mail?.stop(),
  });
}

async function fetchDemoMailbox({ url }: Service): Promise<void> {
  const { token } = await requests(url)<{ token: string }>('POST', '/session', ADMIN);
  const api = requests(url, token);
  // On the data of an earlier release, lists answer once they are built again.
  await followersCaughtUp(url);
  const { items } = await api<{ items: { id: string }[] }>('GET', '/accounts');
  const known = items[0]?.id;
  const id = known ?? (await addDemoAccount(api)).id;
  await addDemoPeople(api, id);
  const { fetchId, position } = await api<{ fetchId: string; position: string }>('POST', `/accounts/${id}/fetch`, {});
  const fetched = await endOfFetch(api, fetchId, position);
  if (known === undefined) await sendDemoMail(api, id, new Date());
  await followersCaughtUp(url);
  process.stdout.write(
    `
This is the DEMO. A mail server with ${demoMessages.length} invented messages runs in this process. No data leaves this machine.
  page             ${url}
  sign in          ${ADMIN.email} / ${ADMIN.password} (administrator)
${PEOPLE.map(({ email, password, role }) => `                   ${email} / ${password} (${role})`).join('\n')}
  demo mailbox     ${ADDRESS}, IMAP 127.0.0.1:${IMAP_PORT}, SMTP 127.0.0.1:${SMTP_PORT}, password ${MAILBOX_PASSWORD}
  last fetch       ${fetched.state}: ${fetched.received} new of ${fetched.found}

  T=$(curl -s ${url}/api/session -H 'Content-Type: application/json' \\
      -d '{"email":"${ADMIN.email}","password":"${ADMIN.password}"}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
  curl -s -H "Authorization: Bearer $T" '${url}/api/messages?limit=3'
  curl -s -H "Authorization: Bearer $T" '${url}/api/accounts/${id}/history'
  curl -s -H "Authorization: Bearer $T" '${url}/api/contacts'

`,
  );
}

function addDemoAccount(api: Api): Promise<{ id: string }> {
  const server = (port: number): object => ({ host: '127.0.0.1', port, security: 'none' });
  return api('POST', '/accounts', {
    address: ADDRESS,
    name: 'Demo mailbox',
    password: MAILBOX_PASSWORD,
    incoming: server(IMAP_PORT),
    outgoing: server(SMTP_PORT),
    createContacts: true,
    createTasks: true,
    signature: '<p>Anna Nowak<br>Przetwory Nowak, tel. 12 345 67 89</p>',
  });
}

/** A user with access to the account, and an auditor; on the data of an earlier start they are there already. */
async function addDemoPeople(api: Api, accountId: string): Promise<void> {
  const { items } = await api<{ items: { email: string | null }[] }>('GET', '/users');
  for (const person of PEOPLE) {
    if (items.some(({ email }) => email === person.email)) continue;
    const { id } = await api<{ id: string }>('POST', '/users', person);
    if (person.role === 'user') await api('PUT', `/accounts/${accountId}/access/${id}`);
  }
}

interface Fetched {
  state: string;
  found: number;
  received: number;
}

async function endOfFetch(api: Api, fetchId: string, position: string): Promise<Fetched> {
  for (;;) {
    const fetched = await api<Fetched>('GET', `/fetches/${fetchId}`, undefined, position);
    if (fetched.state !== 'running') return fetched;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Waits until contacts and tasks exist too. Three checks in a row, because a saga that catches up appends further
 * facts.
 */
async function followersCaughtUp(url: string): Promise<void> {
  for (let checks = 0; checks < 3;) {
    const { followers } = (await (await fetch(`${url}/health/ready`)).json()) as { followers: { lag: number }[] };
    checks = followers.every(({ lag }) => lag === 0) ? checks + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const requests =
  (url: string, token?: string): Api =>
  async <T>(method: string, path: string, body?: object, waitFor?: string): Promise<T> => {
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'Content-Type': 'application/json' } : {}),
        ...(waitFor ? { 'X-Wait-For': waitFor } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`Demo request failed: ${method} ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };

await main();
