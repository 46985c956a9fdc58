import { ImapFlow, type FetchMessageObject, type FetchQueryObject, type MessageStructureObject } from 'imapflow';
import { startDovecot, type Dovecot } from '../dovecot.js';
import { demoMessages } from '../../demo/messages.js';
import { startMailServer, type MailServer } from './mail-server.js';

const user = 'anna@example.test';
const users = { [user]: 'secret' };
let [ours, theirs]: [ImapFlow, ImapFlow] = [] as never;
let servers: [MailServer, Dovecot];

beforeAll(async () => {
  servers = [await startMailServer({ users }), await startDovecot({ users })];
  for (const server of servers) {
    for (const { raw, internalDate } of demoMessages) await server.deliver(user, 'INBOX', raw, { internalDate });
  }
  [ours, theirs] = [await open(servers[0]), await open(servers[1])];
});

afterAll(async () => {
  for (const client of [ours, theirs]) await client.logout();
  for (const server of servers) await server.stop();
});

it.each(demoMessages.map(({ name }, index) => [name, index + 1] as const))(
  '%s: our server answers the same envelope and structure as Dovecot',
  async (_, uid) => {
    const query = { envelope: true, bodyStructure: true, size: true, headers: true };
    const [one, other] = [await fetch(ours, uid, query), await fetch(theirs, uid, query)];
    expect(one.envelope).toEqual(other.envelope);
    expect(one.bodyStructure).toEqual(other.bodyStructure);
    expect(one.headers?.toString('latin1')).toBe(other.headers?.toString('latin1'));
  },
);

it.each(demoMessages.map(({ name }, index) => [name, index + 1] as const))(
  '%s: our server answers the same bytes of every part as Dovecot',
  async (_, uid) => {
    const { bodyStructure } = await fetch(theirs, uid, { bodyStructure: true });
    const bodyParts = partsOf(bodyStructure).flatMap((part) => (part ? [part, `${part}.mime`] : ['1', 'text']));
    const [one, other] = [await fetch(ours, uid, { bodyParts }), await fetch(theirs, uid, { bodyParts })];
    expect(readable(one)).toEqual(readable(other));
  },
);

async function open({ host, imapPort }: { host: string; imapPort: number }): Promise<ImapFlow> {
  const client = new ImapFlow({
    host,
    port: imapPort,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: 'secret' },
    logger: false,
  });
  await client.connect();
  await client.mailboxOpen('INBOX', { readOnly: true });
  return client;
}

async function fetch(client: ImapFlow, uid: number, query: FetchQueryObject): Promise<FetchMessageObject> {
  return (await client.fetchOne(String(uid), query, { uid: true })) as FetchMessageObject;
}

function partsOf(structure?: MessageStructureObject): (string | undefined)[] {
  return structure ? [structure.part, ...(structure.childNodes ?? []).flatMap(partsOf)] : [];
}

function readable({ bodyParts }: FetchMessageObject): Record<string, string | undefined> {
  return Object.fromEntries([...(bodyParts ?? [])].map(([name, bytes]) => [name, bytes?.toString('latin1')]));
}
