import { type MailServer, startMailServer } from '../mail-server/mail-server.js';
import { accountOn, addAccount } from './mailbox.js';
import { done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { PASSWORD } from './world.js';

let service: RunningService;
let mail: MailServer;
let admin: Requests;

const box = (n: number) => accountOn(mail, `box${n}@example.test`, 'secret');

beforeAll(async () => {
  const users = Object.fromEntries([1, 2, 3, 4].map((n) => [`box${n}@example.test`, 'secret']));
  [service, mail] = await Promise.all([RunningService.start(), startMailServer({ users })]);
  admin = await service.signedIn();
});
afterAll(async () => {
  await Promise.all([service?.stop(), mail?.stop()]);
});

let number = 0;
async function somebody(): Promise<{ id: string; asks: Requests }> {
  const email = `somebody${number++}@mailroom.test`;
  const { id } = done(
    await admin.post<Recorded>('/api/users', { name: 'Somebody', email, role: 'user', password: PASSWORD }),
  );
  return { id, asks: await service.signedIn({ email, password: PASSWORD }) };
}

const used = (limit: string, userId: string, points: number): Promise<unknown> =>
  service.service.platform.database.query(`insert into limit_counts values ($1, $2, $3)`, [
    `${limit}:user:${userId}`,
    points,
    Date.now() + 60_000,
  ]);

it.each([
  ['accounts-an-hour', 100],
  ['accounts-a-day', 300],
])('a person adds accounts up to the quota %s of %i, and others still add some', async (limit, quota) => {
  const [greedy, other] = [await somebody(), await somebody()];
  const { id } = await addAccount(admin, { ...box(1), users: [greedy.id, other.id] });
  await used(limit, greedy.id, quota - 1);
  await addAccount(greedy.asks, box(2));
  const refused = await greedy.asks.post('/api/accounts', box(3));
  expect(refused).toMatchObject({ status: 429, body: { reason: 'too-many-accounts-added' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const [mine, theirs] = [await addAccount(other.asks, box(3)), await addAccount(admin, box(4))];
  for (const account of [id, mine.id, theirs.id]) done(await admin.delete(`/api/accounts/${account}`));
  for (const account of (await greedy.asks.get<{ items: { id: string }[] }>('/api/accounts')).body.items)
    done(await admin.delete(`/api/accounts/${account.id}`));
});

it('a person asks for fetches up to the quota', async () => {
  const [greedy, other] = [await somebody(), await somebody()];
  const { id } = await addAccount(admin, { ...box(1), users: [greedy.id, other.id] });
  await used('fetches-an-hour', greedy.id, 2999);
  const fetchBy = ({ asks }: { asks: Requests }) => asks.post(`/api/accounts/${id}/fetch`);
  expect((await fetchBy(greedy)).status).toBe(202);
  expect(await fetchBy(greedy)).toMatchObject({ status: 429, body: { reason: 'too-many-fetches' } });
  expect((await fetchBy(other)).status).toBe(202);
});
