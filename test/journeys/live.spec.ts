import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { LiveStreams } from '../../projections/live/live-streams.js';
import { EventStream, type LiveEvent } from './event-stream.js';
import { accountOn, addAccount, fetchMail } from './mailbox.js';
import { done, type Recorded, Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { waitUntil } from './wait-until.js';
import { inhabit, mailUsers, PASSWORD, type World } from './world.js';

let service: RunningService;
let mail: MailServer;
let world: World;
let admin: Requests;
const open: EventStream[] = [];

beforeAll(async () => {
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users: mailUsers })]);
  world = await inhabit(service, mail);
  admin = world.admin;
  await service.settled();
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

async function live(by: Requests, lastEventId?: string): Promise<EventStream> {
  const stream = await EventStream.open(by, lastEventId);
  open.push(stream);
  return stream;
}

let number = 0;
async function somebody(role = 'user'): Promise<{ id: string; email: string; asks: Requests }> {
  const email = `somebody${number++}@mailroom.test`;
  const { id } = done(await admin.post<Recorded>('/api/users', { name: 'Somebody', email, role, password: PASSWORD }));
  return { id, email, asks: await service.signedIn({ email, password: PASSWORD }) };
}

const grant = async (account: string, user: string): Promise<Recorded> =>
  done(await admin.put<Recorded>(`/api/accounts/${account}/access/${user}`));
const revoke = async (account: string, user: string): Promise<Recorded> =>
  done(await admin.delete<Recorded>(`/api/accounts/${account}/access/${user}`));
const rename = async (user: string): Promise<Recorded> =>
  done(await admin.patch<Recorded>(`/api/users/${user}`, { name: `Renamed ${number++}` }));

async function receive(account: string, user: string): Promise<void> {
  const text = [`From: Kim <kim${number}@news.example>`, `To: ${user}`, `Subject: ${number++}`, '', 'Hello.', ''];
  mail.deliver(user, 'INBOX', Buffer.from(text.join('\r\n')));
  await fetchMail(admin, account);
  await service.settled();
}

const kinds = (events: readonly LiveEvent[]): string[] => [...new Set(events.map(({ kind }) => kind))].sort();

describe('a live stream', () => {
  it('reports a change as it happens, with a position at which the history shows the change', async () => {
    const { id: userId } = await somebody();
    const stream = await live(admin);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    const accountId = world.shelves.foreign.account;
    const { position } = await grant(accountId, userId);
    const event = await stream.event({ kind: 'access', id: userId });
    expect(event).toEqual({ kind: 'access', id: userId, accountId, position });
    expect(stream.lastEventId).toBe(position);
    const { items } = done(
      await admin.after(event).get<{ items: object[] }>(`/api/accounts/${accountId}/history?limit=1`),
    );
    expect(items).toMatchObject([{ type: 'AccessGranted', position }]);
  });

  it('reports mail to the users of its account only, and to each caller only the permitted events', async () => {
    const { owner, granted, other, locked, auditor } = world.people;
    const { user, auditor: auditorToken, administrator } = world.tokens;
    const callers = {
      admin,
      owner: owner.asks,
      granted: granted.asks,
      other: other.asks,
      locked: locked.asks,
      auditor: auditor.asks,
      'token administrator': administrator,
      'token user': user,
      'token auditor': auditorToken,
      'token for owner': user.with({ 'X-On-Behalf-Of': owner.id }),
    };
    const streams = new Map<string, EventStream>();
    for (const [name, by] of Object.entries(callers)) streams.set(name, await live(by));
    const { account } = world.shelves.own;
    await receive(account, 'own@example.test');
    for (const person of [owner, granted, other, locked, auditor]) await rename(person.id);
    await rename(other.id);
    const last = await streams.get('admin')!.event({ kind: 'user', id: auditor.id });

    const eventsOf = (name: string): LiveEvent[] =>
      streams.get(name)!.events.filter(({ position }) => position <= last.position);
    for (const [name, person] of Object.entries({ owner, granted, other, locked, auditor })) {
      await streams.get(name)!.event({ kind: 'user', id: person.id });
      expect([...new Set(eventsOf(name).flatMap(({ kind, id }) => (kind === 'user' ? [id] : [])))]).toEqual([
        person.id,
      ]);
    }
    for (const name of ['token administrator', 'token for owner']) await streams.get(name)!.event({ kind: 'user' });
    const everything = ['company', 'contact', 'fetch', 'message', 'task'];
    expect(kinds(eventsOf('admin'))).toEqual([...everything, 'user'].sort());
    expect(kinds(eventsOf('token administrator'))).toEqual([...everything, 'user'].sort());
    expect(kinds(eventsOf('owner'))).toEqual([...everything, 'notification', 'user'].sort());
    expect(kinds(eventsOf('token for owner'))).toEqual([...everything, 'notification', 'user'].sort());
    expect(kinds(eventsOf('granted'))).toEqual(['company', 'contact', 'user']);
    expect(kinds(eventsOf('other'))).toEqual(['company', 'contact', 'user']);
    expect(kinds(eventsOf('auditor'))).toEqual(['fetch', 'user']);
    expect(kinds(eventsOf('token auditor'))).toEqual(['fetch']);
    expect(kinds(eventsOf('locked'))).toEqual(['user']);
    expect(eventsOf('token user')).toEqual([]);
    expect(eventsOf('granted').filter(({ accountId }) => accountId !== null)).toEqual([]);
  });

  it('reports the changes of a task to the users of its account only, also after a reconnect', async () => {
    const [insider, outsider] = [await somebody(), await somebody()];
    const accountId = world.shelves.own.account;
    await grant(accountId, insider.id);
    await grant(world.shelves.foreign.account, outsider.id);
    const leaving = await live(insider.asks);
    const elsewhere = await live(outsider.asks);
    const { id } = done(await admin.post<Recorded>('/api/tasks', { title: 'Call Kim', accountId }));
    await leaving.event({ kind: 'task', id });
    const renamed = done(await admin.patch<Recorded>(`/api/tasks/${id}`, { title: 'Write to Kim' }));
    expect(await leaving.event({ position: renamed.position })).toMatchObject({ kind: 'task', id, accountId });
    leaving.close();
    const completed = done(await admin.patch<Recorded>(`/api/tasks/${id}`, { state: 'done' }));
    const back = await live(insider.asks, leaving.lastEventId);
    expect(await back.event({ position: completed.position })).toMatchObject({ kind: 'task', id, accountId });
    await rename(outsider.id);
    await elsewhere.event({ kind: 'user', id: outsider.id });
    expect(elsewhere.events.filter(({ kind }) => kind === 'task')).toEqual([]);
  });

  it('gains the events of an account with access to it, and loses them with the access', async () => {
    const { id, asks } = await somebody();
    const { account } = world.shelves.foreign;
    const stream = await live(asks);
    await grant(account, id);
    await receive(account, 'foreign@example.test');
    const message = await stream.event({ kind: 'message', accountId: account });
    await revoke(account, id);
    await receive(account, 'foreign@example.test');
    await rename(id);
    const end = await stream.event({ kind: 'user', id });
    const after = stream.events.filter(({ position }) => position > message.position && position < end.position);
    expect(after.at(-1)).toMatchObject({ kind: 'access', id, accountId: account });
    expect(kinds(after.slice(0, -1).filter(({ position }) => position > after.at(-1)!.position))).toEqual([]);
  });

  it('reports the removal of an account to its users', async () => {
    const { id, asks } = await somebody();
    const added = await addAccount(
      admin,
      accountOn(mail, `gone${number++}@example.test`, 'secret', { users: [id] }),
      '?skipTest=true',
    );
    const stream = await live(asks);
    const removed = done(await admin.delete<Recorded>(`/api/accounts/${added.id}`));
    await rename(id);
    await stream.event({ kind: 'user', id });
    expect(stream.events.filter(({ accountId }) => accountId === added.id)).toEqual([
      { kind: 'account', id: added.id, accountId: added.id, position: removed.position },
    ]);
  });

  it('reports an added account to its owner', async () => {
    const { id, asks } = await somebody();
    await grant(world.shelves.foreign.account, id);
    const stream = await live(asks);
    const body = accountOn(mail, `own${number++}@example.test`, 'secret');
    const added = await addAccount(asks, body, '?skipTest=true');
    expect(await stream.event({ kind: 'account', id: added.id })).toMatchObject({ accountId: added.id });
  });
});

describe('a stream ends', () => {
  it('when the person is deactivated', async () => {
    const { id, asks } = await somebody();
    const stream = await live(asks);
    done(await admin.patch(`/api/users/${id}`, { active: false }));
    await stream.end();
    await expect(EventStream.open(asks)).rejects.toThrow('refused: 401');
  });

  it('when the token is revoked, also for a service that acts for a person', async () => {
    const { id } = await somebody();
    const issued = done(await admin.post<Recorded & { token: string }>('/api/tokens', { name: 'crm', role: 'user' }));
    const by = service.withToken(issued.token);
    const streams = [await live(by), await live(by.with({ 'X-On-Behalf-Of': id }))];
    done(await admin.delete(`/api/tokens/${issued.id}`));
    for (const stream of streams) await stream.end();
    await expect(EventStream.open(by)).rejects.toThrow('refused: 401');
  });

  it('when a token may not act for the person any more', async () => {
    const { id } = await somebody();
    const by = world.tokens.user.with({ 'X-On-Behalf-Of': id });
    const stream = await live(by);
    done(await admin.patch(`/api/users/${id}`, { role: 'administrator' }));
    await stream.end();
    await expect(EventStream.open(by)).rejects.toThrow('refused: 403');
  });

  it('at once when the person signs out; streams of other sessions go on', async () => {
    const { id, email, asks } = await somebody();
    const [one, other] = [await live(asks), await live(await service.signedIn({ email, password: PASSWORD }))];
    done(await asks.delete('/api/session'));
    const signedOut = performance.now();
    await one.end();
    expect(performance.now() - signedOut).toBeLessThan(1000);
    await rename(id);
    await other.event({ kind: 'user', id });
  });

  it('soon when the person signs out at another process', async () => {
    const { asks } = await somebody();
    const stream = await live(asks);
    const beside = await RunningService.start({ beside: service });
    done(await new Requests(beside.url, asks.headers).delete('/api/session'));
    const signedOut = performance.now();
    await stream.end();
    expect(performance.now() - signedOut).toBeLessThan(5000);
    await beside.stop();
  });
});

it('a person has at most 50 live streams, and closes one to open another', async () => {
  const { asks } = await somebody();
  const streams = await Promise.all(Array.from({ length: 50 }, () => live(asks)));
  const refused = await asks.get('/api/live');
  expect(refused).toMatchObject({ status: 429, body: { reason: 'too-many-live-streams' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  await live((await somebody()).asks);
  streams[0]!.close();
  await waitUntil(
    () => asks.get('/api/live'),
    ({ status }) => status === 200,
  );
});

it('a heartbeat reaches every stream', async () => {
  const stream = await live((await somebody()).asks);
  await service.service.app.get(LiveStreams).beat();
  await waitUntil(
    () => Promise.resolve(stream.comments),
    (comments) => comments > 0,
  );
});

describe('a stream after a reconnect', () => {
  it('gets the missed events, each once', async () => {
    const { id, asks } = await somebody();
    const staying = await live(asks);
    const leaving = await live(asks);
    const first = await rename(id);
    await leaving.event({ position: first.position });
    leaving.close();
    for (let each = 0; each < 5; each++) await rename(id);
    const back = await live(asks, leaving.lastEventId);
    const last = await rename(id);
    await Promise.all([back.event({ position: last.position }), staying.event({ position: last.position })]);
    expect(leaving.events.concat(back.events)).toEqual(staying.events);
  });

  it('continues at another process', async () => {
    const two = await RunningService.start({ beside: service });
    try {
      const { id, asks } = await somebody();
      const at = await live(asks);
      const { position } = await rename(id);
      await at.event({ position });
      at.close();
      const missed = await rename(id);
      const back = await live(new Requests(two.url, asks.headers), at.lastEventId);
      const next = await rename(id);
      await back.event({ position: next.position });
      expect(back.events.map((event) => event.position)).toEqual([missed.position, next.position]);
      const ending = back.end();
      await two.service.app.get(LiveStreams).onModuleDestroy();
      await ending;
    } finally {
      await two.stop();
    }
  });

  it('gets no missed event that the person may not see any more', async () => {
    const { id, asks } = await somebody();
    const { account } = world.shelves.foreign;
    await grant(account, id);
    const stream = await live(asks);
    stream.close();
    await receive(account, 'foreign@example.test');
    await revoke(account, id);
    const back = await live(asks, stream.lastEventId);
    await rename(id);
    await back.event({ kind: 'user', id });
    expect(kinds(back.events)).toEqual(['access', 'user']);
  });

  it.each(['9'.repeat(20), 'latest', '-1', `'; select 1; --`, '1'])(
    'from the unusable id %s gets a reset event',
    async (lastEventId) => {
      const { id, asks } = await somebody();
      const stream = await live(asks, lastEventId);
      const { position } = await rename(id);
      await stream.event({ position });
      expect(stream.events).toMatchObject([
        { kind: 'reset', id: null, accountId: null },
        { kind: 'user', id },
      ]);
    },
  );
});

it('a page opens a live stream with its cookie alone', async () => {
  const { id, email } = await somebody();
  const signedIn = await service.nobody.post('/api/session', { email, password: PASSWORD });
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  const stream = await live(service.nobody.with({ Cookie: cookie }));
  const { position } = await rename(id);
  expect(await stream.event({ kind: 'user', id })).toEqual({ kind: 'user', id, accountId: null, position });
});
