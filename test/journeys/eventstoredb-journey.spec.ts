import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { EventStoreDbStandIn } from '../event-store/eventstoredb-stand-in.js';
import { DEMO_ADDRESS, fillWithDemo } from './demo-mailbox.js';
import { accountOn, addAccount } from './mailbox.js';
import { doesTheMainJob } from './main-job.js';
import type { Requests } from './requests.js';
import { RunningService } from './running-service.js';

const users = { [DEMO_ADDRESS]: 'her-mailbox' };
let eventstore: EventStoreDbStandIn;
let service: RunningService;
let mail: MailServer;
let admin: Requests;
let accountId: string;

beforeAll(async () => {
  eventstore = await EventStoreDbStandIn.started({ advertiseBatchAppend: true });
  service = await RunningService.start({ env: { EVENTSTORE_URL: eventstore.url } });
  mail = await startMailServer({ users });
  await fillWithDemo(mail);
  admin = await service.signedIn();
  const settings = { createContacts: true, createTasks: true };
  accountId = (await addAccount(admin, accountOn(mail, DEMO_ADDRESS, users[DEMO_ADDRESS], settings))).id;
});
afterAll(async () => {
  await service?.stop();
  await Promise.all([eventstore?.stop(), mail?.stop()]);
});

doesTheMainJob(() => ({ service, imap: mail, admin, accountId }));

it('keeps the facts of the main job in EventStoreDB', () => {
  const types = new Set(eventstore.log.records.map(({ type }) => type));
  for (const type of ['UserAdded', 'AccountAdded', 'FetchFinished', 'MessageReceived', 'ContactCreated', 'TaskCreated'])
    expect(types).toContain(type);
});

it('refuses to start with a database that does not belong to the log', async () => {
  await expect(RunningService.start({ env: { EVENTSTORE_URL: eventstore.url } })).rejects.toThrow(
    'the log has facts, and the database has no key to read them: they do not belong together.',
  );
});
