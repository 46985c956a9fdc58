import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { type Dovecot, startDovecot } from '../dovecot.js';
import { DEMO_ADDRESS, fillWithDemo } from './demo-mailbox.js';
import { accountOn, addAccount } from './mailbox.js';
import { doesTheMainJob } from './main-job.js';
import { done, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

const users = { [DEMO_ADDRESS]: 'her-mailbox' };
let service: RunningService;
let dovecot: Dovecot;
let smtp: MailServer;
let admin: Requests;
let accountId: string;

beforeAll(async () => {
  [service, dovecot, smtp] = await Promise.all([
    RunningService.start(),
    startDovecot({ users }),
    startMailServer({ users }),
  ]);
  await fillWithDemo(dovecot);
  admin = await service.signedIn();
});
afterAll(async () => {
  await Promise.all([service?.stop(), dovecot?.stop(), smtp?.stop()]);
});

it('adds the account once both servers accept the login', async () => {
  const ports = { imapPort: dovecot.imapPort, smtpPort: smtp.smtpPort };
  const settings = { name: 'Anna', createContacts: true, createTasks: true };
  const added = await addAccount(admin, accountOn(ports, DEMO_ADDRESS, users[DEMO_ADDRESS], settings));
  accountId = added.id;
  expect(done(await admin.after(added).get(`/api/accounts/${accountId}`))).toMatchObject({
    ...{ id: accountId, address: DEMO_ADDRESS, login: DEMO_ADDRESS, name: 'Anna', owner: null, users: [] },
    ...{
      createContacts: true,
      createTasks: true,
      keepServerCopies: true,
      notify: true,
      sendOnly: false,
      fetchSince: null,
    },
    ...{ status: 'connected', statusReason: null, lastFetchedAt: null, unread: 0, revision: added.revision },
  });
});

doesTheMainJob(() => ({ service, imap: dovecot, admin, accountId }));

it('shows in the history the actor, the revision and the channel of the new account, and no password', async () => {
  const history = await admin.get<{ items: object[] }>(`/api/accounts/${accountId}/history`);
  expect(history.body.items).toEqual([
    expect.objectContaining({
      type: 'AccountAdded',
      via: 'web',
      by: { id: expect.any(String), name: 'Administrator' },
      revision: 0,
    }),
  ]);
  expect(history.bytes.toString()).not.toContain(users[DEMO_ADDRESS]);
});
