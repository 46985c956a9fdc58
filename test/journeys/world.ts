import type { MailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail, type MessageSummary } from './mailbox.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import type { RunningService } from './running-service.js';

export const PASSWORD = 'a password for people';
const OWNERS = ['own', 'granted', 'foreign'] as const;

/** Ids of an account and of one thing of each kind in it. */
export interface Shelf {
  account: string;
  fetch: string;
  message: string;
  thread: string;
  task: string;
}

/**
 * `owner` added the account `own`; `granted` may use the account `granted`; only administrators may use `foreign`;
 * `other` may use the account `others`, and `locked` none.
 */
export interface World {
  admin: Requests;
  shelves: Record<(typeof OWNERS)[number], Shelf>;
  contact: string;
  company: string;
  people: Record<'owner' | 'granted' | 'other' | 'locked' | 'auditor', { id: string; asks: Requests }>;
  tokens: Record<'administrator' | 'user' | 'auditor', Requests>;
}

export const mailUsers = Object.fromEntries(
  [...OWNERS, 'others', 'spare'].map((name) => [`${name}@example.test`, `secret-of-${name}`]),
);

export async function inhabit(service: RunningService, mail: MailServer): Promise<World> {
  const admin = await service.signedIn();
  const person = async (name: string, role: string): Promise<{ id: string; asks: Requests }> => {
    const email = `${name}@mailroom.test`;
    const { id } = done(await admin.post<Recorded>('/api/users', { name, email, role, password: PASSWORD }));
    return { id, asks: await service.signedIn({ email, password: PASSWORD }) };
  };
  const token = async (role: string): Promise<Requests> =>
    service.withToken(done(await admin.post<{ token: string }>('/api/tokens', { name: `crm ${role}`, role })).token);
  const account = async (by: Requests, name: string, settings: object = {}): Promise<string> =>
    (
      await addAccount(
        by,
        accountOn(mail, `${name}@example.test`, `secret-of-${name}`, { createTasks: true, ...settings }),
      )
    ).id;

  const [owner, granted, other, locked, auditor] = [
    await person('owner', 'user'),
    await person('granted', 'user'),
    await person('other', 'user'),
    await person('locked', 'user'),
    await person('auditor', 'auditor'),
  ];
  // A user can add an account only after an administrator has assigned one, which unlocks the mail module.
  const key = await account(admin, 'spare', { users: [owner.id] });
  const own = await account(owner.asks, 'own', { createContacts: true });
  done(await admin.delete(`/api/accounts/${key}/access/${owner.id}`));
  const accounts = {
    own,
    granted: await account(admin, 'granted', { users: [granted.id] }),
    foreign: await account(admin, 'foreign'),
  };
  await account(admin, 'others', { users: [other.id] });

  const shelves = {} as World['shelves'];
  for (const name of OWNERS) shelves[name] = await stock(service, mail, admin, name, accounts[name]);
  const [contact] = await allOf<{ id: string; companyId: string }>(admin, '/api/contacts');
  return {
    admin,
    shelves,
    contact: contact!.id,
    company: contact!.companyId,
    people: {
      owner,
      granted,
      other,
      locked,
      auditor,
    },
    tokens: {
      administrator: await token('administrator'),
      user: await token('user'),
      auditor: await token('auditor'),
    },
  };
}

async function stock(
  service: RunningService,
  mail: MailServer,
  admin: Requests,
  name: string,
  account: string,
): Promise<Shelf> {
  mail.deliver(`${name}@example.test`, 'INBOX', LETTER(name));
  const { id: fetch } = await fetchMail(admin, account);
  await service.settled();
  const [message] = await allOf<MessageSummary>(admin, `/api/accounts/${account}/messages`);
  return { account, fetch, message: message!.id, thread: message!.threadId, task: message!.taskId! };
}

const LETTER = (name: string): Buffer =>
  Buffer.from(
    [
      `From: Kim <kim@kiosk.example>`,
      `To: ${name}@example.test`,
      `Subject: For ${name}`,
      `Message-ID: <for-${name}@kiosk.example>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      'See below.',
      '--b',
      'Content-Disposition: attachment; filename=list.txt',
      '',
      'one, two',
      '--b--',
      '',
    ].join('\r\n'),
  );
