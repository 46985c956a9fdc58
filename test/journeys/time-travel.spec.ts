import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount, fetchMail } from './mailbox.js';
import { allOf, type Answer, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { PASSWORD } from './world.js';

type Shown = Record<string, unknown> & { revision: number };
interface Entry {
  at: string;
  revision: number;
  summary: string;
  revertedTo?: number;
}

let service: RunningService;
let mail: MailServer;
let other: MailServer;
let admin: Requests;

beforeAll(async () => {
  const users = Object.fromEntries(['anna', 'ben', 'cleo'].map((name) => [`${name}@example.test`, 'secret']));
  [service, mail, other] = await Promise.all([
    RunningService.start(),
    startMailServer({ users }),
    startMailServer({ users }),
  ]);
  admin = await service.signedIn();
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop(), other?.stop()]);
});

const add = async (name: string, settings: object = {}): Promise<string> =>
  (await addAccount(admin, accountOn(mail, `${name}@example.test`, 'secret', settings))).id;
const change = async (id: string, set: object): Promise<Recorded> =>
  done(await admin.patch<Recorded>(`/api/accounts/${id}`, set));
const show = async (id: string, query = '', by = admin): Promise<Answer<Shown>> => {
  await service.settled();
  return by.get<Shown>(`/api/accounts/${id}${query}`);
};
const history = async (id: string): Promise<Entry[]> => {
  await service.settled();
  return allOf(admin, `/api/accounts/${id}/history`);
};
const person = async (name: string, role: string): Promise<{ id: string; asks: Requests }> => {
  const email = `${name}@mailroom.test`;
  const { id } = done(await admin.post<Recorded>('/api/users', { name, email, role, password: PASSWORD }));
  return { id, asks: await service.signedIn({ email, password: PASSWORD }) };
};

describe('an account at an earlier time', () => {
  it('is shown with its settings, and with each person that had access and the reason', async () => {
    const [gina, hugo] = [await person('gina', 'user'), await person('hugo', 'administrator')];
    const id = await add('anna', { name: 'First' });
    const states: Shown[] = [done(await show(id))];
    const steps: (() => Promise<unknown>)[] = [
      () => admin.put(`/api/accounts/${id}/access/${gina.id}`),
      () => change(id, { name: 'Second', notify: false }),
      () => admin.patch(`/api/users/${hugo.id}`, { active: false }),
      () => admin.delete(`/api/accounts/${id}/access/${gina.id}`),
      () => fetchMail(admin, id),
    ];
    for (const step of steps) {
      await step();
      states.push(done(await show(id)));
    }
    const compared: number[] = [];
    for (const { at, revision } of (await history(id)).toReversed()) {
      const then = done(await show(id, `?revision=${revision}`));
      expect(done(await show(id, `?at=${at}`)).revision).toBeGreaterThanOrEqual(revision);
      const live = states.find((state) => state.revision === revision);
      if (!live) continue;
      // The login was accepted after AccountAdded and before every other change.
      const status = revision === 0 ? 'unverified' : 'connected';
      expect(then).toEqual({ ...live, status, statusReason: null, lastFetchedAt: null, unread: null });
      compared.push(revision);
    }
    expect(compared).toEqual([0, 1, 3, 4]);
    expect(done(await show(id, '?at=2900-01-01'))).toEqual({ ...states.at(-1), unread: null });

    const access = async (query = ''): Promise<string[]> => {
      const { items } = done(
        await admin.get<{ items: { name: string; why: string }[] }>(`/api/accounts/${id}/access${query}`),
      );
      return items.map(({ name, why }) => `${name} ${why}`);
    };
    const granted = (await history(id)).find(({ summary }) => summary.includes('gave gina'))!;
    expect(await access(`?at=${granted.at}`)).toEqual([
      'Administrator administrator',
      'hugo administrator',
      'gina granted',
    ]);
    expect(await access()).toEqual(['Administrator administrator']);
  });

  it('is not found before it was added, or at a revision that never existed', async () => {
    const id = await add('ben');
    expect(await show(id, '?at=2020-01-01T00:00:00Z')).toMatchObject({
      status: 404,
      body: { reason: 'account-not-there-yet' },
    });
    expect(await show(id, '?revision=7')).toMatchObject({ status: 404, body: { reason: 'revision-not-found' } });
    expect(await show(id, '?revision=0&at=2020-01-01')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'revision' }] },
    });
    expect(await show('nobody', '?revision=0')).toMatchObject({ status: 404, body: { reason: 'account-not-found' } });
  });

  it('is shown only to people with permission to read its history', async () => {
    const { id: user, asks } = await person('ina', 'user');
    const [{ id }] = (await allOf<{ id: string }>(admin, '/api/accounts?q=ben')) as [{ id: string }];
    const path = `/api/accounts/${id}`;
    done(await admin.put(`${path}/access/${user}`));
    expect(await asks.get(`${path}/access`)).toMatchObject({ status: 200 });
    const auditor = (await person('olga', 'auditor')).asks;
    for (const query of ['?revision=0', '/access?at=2900-01-01'])
      expect([await asks.get(path + query), await auditor.get(path + query)]).toMatchObject([
        { status: 403, body: { reason: 'only-its-owner-or-an-administrator-reads-the-history' } },
        { status: 200 },
      ]);
  });
});

describe('reverting', () => {
  it('restores the allowed settings as marked changes, and lists the other settings', async () => {
    const id = await add('cleo', { name: 'First' });
    done(await admin.put(`/api/accounts/${id}/autoresponder`, { enabled: true, subject: 'Away', text: 'Back soon' }));
    const local = (port: number): object => ({ host: 'localhost', port, security: 'none' });
    await change(id, {
      name: 'Second',
      signature: '<p>x</p>',
      address: 'second@example.test',
      incoming: local(other.imapPort),
      outgoing: local(other.smtpPort),
      password: 'secret',
    });
    const first = done(await show(id, '?revision=0'));
    const reverted = done(
      await admin.post<Recorded & { left: string[] }>(`/api/accounts/${id}/revert`, { revision: 0 }),
    );
    expect(reverted.left.toSorted()).toEqual(['incoming', 'outgoing', 'password']);
    const now = done(await show(id));
    const { incoming, outgoing } = now;
    const kept = ['revision', 'status', 'statusReason', 'unread', 'lastFetchedAt'];
    const settingsOf = (shown: Shown): object =>
      Object.fromEntries(Object.entries(shown).filter(([name]) => !kept.includes(name)));
    expect(settingsOf(now)).toEqual({ ...settingsOf(first), incoming, outgoing });
    const entries = (await history(id)).filter(({ revertedTo }) => revertedTo === 0);
    expect(entries.map(({ summary }) => summary)).toContain(
      'renamed it from “Second” to “First”, back to its value at revision 0',
    );
    expect(entries).toHaveLength(4);

    const again = done(await admin.post<Recorded>(`/api/accounts/${id}/revert`, { revision: 0, settings: ['name'] }));
    expect(again).toMatchObject({ revision: reverted.revision, left: [] });
    expect(await admin.post(`/api/accounts/${id}/revert`, { revision: 99 })).toMatchObject({ status: 404 });
  });
});

describe('a preview', () => {
  it('counts the effects of a change on the mail of the last 30 days without making the change', async () => {
    const [{ id }] = (await allOf<{ id: string }>(admin, '/api/accounts?q=anna')) as [{ id: string }];
    const arrive = (from: string, more: string[] = [], daysAgo = 1): number =>
      mail.deliver(
        'anna@example.test',
        'INBOX',
        Buffer.from([`From: ${from}`, `Subject: ${from} ${daysAgo}`, ...more, '', 'x', ''].join('\r\n')),
        { internalDate: new Date(Date.now() - daysAgo * 24 * 60 * 60 * 1000) },
      );
    arrive('Kim <kim@kiosk.example>');
    arrive('Kim <kim@kiosk.example>', [], 2);
    arrive('Lea <lea@kiosk.example>');
    arrive('Zak <zak.0815@gmail.com>');
    arrive('News <news@letters.example>', ['List-Id: <x.letters.example>']);
    arrive('Nobody <no-reply@shop.example>');
    arrive('Colleague <ben@example.test>');
    arrive('Old <old@ancient.example>', [], 40);
    await fetchMail(admin, id);
    await service.settled();
    const preview = async (set: object): Promise<Record<string, unknown>> =>
      done(await admin.post<Record<string, unknown>>(`/api/accounts/${id}/preview`, { set }));
    expect(await preview({ createContacts: true })).toMatchObject({ contacts: 3, companies: 1, tasks: 0 });
    expect(await preview({ createContacts: true, createContactsFrom: 'everyone' })).toMatchObject({
      contacts: 5,
      companies: 3,
    });
    // Mail of a colleague sets nothing in motion.
    expect(await preview({ createTasks: true })).toMatchObject({ contacts: 0, companies: 0, tasks: 6 });
    expect(await preview({})).toEqual({ contacts: 0, companies: 0, tasks: 0, examples: [] });
    const { examples } = await preview({ createContacts: true });
    expect(examples).toContainEqual(
      expect.objectContaining({
        name: 'Lea',
        address: 'lea@kiosk.example',
        contact: true,
        company: 'Kiosk',
        task: false,
      }),
    );
    expect(done(await show(id))).toMatchObject({ createContacts: false });

    // The preview does not count contacts and companies that exist already.
    await change(id, { createContacts: true });
    arrive('Lea <lea@kiosk.example>', [], 0);
    await fetchMail(admin, id);
    await service.settled();
    expect(await preview({})).toMatchObject({ contacts: 2, companies: 0 });
  });
});
