import { openApi, routesOf } from './openapi.js';
import { allOf, done, type Recorded, type Requests } from './requests.js';
import { RunningService } from './running-service.js';

let service: RunningService;
let admin: Requests;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
});
afterAll(() => service?.stop());

const add = async (name: string): Promise<Recorded> =>
  done(await admin.post<Recorded>('/api/users', { name, email: `${name}@mailroom.test`, role: 'user' }));
const issue = async (name: string): Promise<Recorded> =>
  done(await admin.post<Recorded>('/api/tokens', { name, role: 'user' }));

interface Page {
  items: { id: string; name: string }[];
  next: string | null;
}

describe('a query', () => {
  it('answers with the position of its read model', async () => {
    const lists = routesOf(openApi).filter(({ method, path }) => method === 'GET' && /^\/api\/\w+$/.test(path));
    expect(lists.length).toBeGreaterThan(6);
    for (const { path } of lists) {
      const { headers } = await admin.get(path);
      expect([path, headers.get('x-position')]).toEqual([path, expect.stringMatching(/^\d{20}$/)]);
    }
  });

  it('shows an earlier change when it waits for the position of the change', async () => {
    for (let each = 0; each < 10; each++) {
      const added = await add(`reader${each}`);
      const answer = await admin.after(added).get<Page>('/api/users?limit=200');
      expect(answer.body.items.map(({ id }) => id)).toContain(added.id);
      expect(answer.headers.get('x-position')! >= added.position).toBe(true);
    }
  });

  it('is refused with Retry-After when the read model does not reach the position in time', async () => {
    const answer = await admin.after({ position: '9'.repeat(20) }).get('/api/users');
    expect(answer).toMatchObject({ status: 503, body: { reason: 'read-model-behind', status: 503 } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each(['1', '-1', 'latest', `${'0'.repeat(19)}x`, '0'.repeat(21)])(
    'refuses to wait for %s, which is not a position',
    async (position) => {
      expect(await admin.after({ position }).get('/api/users')).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'X-Wait-For', message: expect.any(String) }] },
      });
    },
  );
});

describe('a list', () => {
  it('gives 50 items unless the request asks for another number up to 200', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, each) => issue(`token ${String(each).padStart(2, '0')}`)));
    await service.settled();
    const sizeOf = async (query: string): Promise<number> =>
      (await admin.get<Page>(`/api/tokens${query}`)).body.items.length;
    expect([await sizeOf(''), await sizeOf('?limit=1'), await sizeOf('?limit=200')]).toEqual([50, 1, 60]);
    expect((await admin.get<Page>('/api/tokens?limit=60')).body.next).toBeNull();
  });

  it('shows each item once, page by page, while new ones arrive at its head', async () => {
    const before = (await allOf<{ id: string }>(admin, '/api/tokens')).map(({ id }) => id);
    const walked: string[] = [];
    let next: string | null = null;
    do {
      const page: Page = done(await admin.get<Page>(`/api/tokens?limit=7${next === null ? '' : `&cursor=${next}`}`));
      walked.push(...page.items.map(({ id }) => id));
      next = page.next;
      const { position } = await issue('new while walking');
      await admin.after({ position }).get('/api/tokens?limit=1');
    } while (next !== null);
    expect(walked).toEqual(before);
  });

  it('shows each earlier item once, page by page, while new ones arrive at any place', async () => {
    const before = (await allOf<{ id: string }>(admin, '/api/users')).map(({ id }) => id);
    const walked: string[] = [];
    let next: string | null = null;
    let each = 0;
    do {
      const page: Page = done(await admin.get<Page>(`/api/users?limit=3${next === null ? '' : `&cursor=${next}`}`));
      walked.push(...page.items.map(({ id }) => id));
      next = page.next;
      const { position } = await add(`${'azm'[each % 3]}arrival${each++}`);
      await admin.after({ position }).get('/api/users?limit=1');
    } while (next !== null && each < 30);
    expect(walked.filter((id) => before.includes(id))).toEqual(before);
    expect(new Set(walked).size).toBe(walked.length);
  });

  it('takes only its own cursor, with the filters of the first page', async () => {
    for (const name of ['Ada', 'Ben']) done(await admin.post('/api/contacts', { name, emails: [] }));
    await service.settled();
    const { next } = done(await admin.get<Page>('/api/contacts?limit=1&sort=name'));
    const cursor = encodeURIComponent(next!);
    const answerTo = async (path: string): Promise<[number, string?]> => {
      const { status, body } = await admin.get(path);
      return [status, body.errors?.[0]?.field];
    };
    expect(await answerTo(`/api/contacts/?sort=name&limit=2&cursor=${cursor}`)).toEqual([200, undefined]);
    for (const path of [
      `/api/contacts?sort=-createdAt&cursor=${cursor}`,
      `/api/contacts?sort=name&q=x&cursor=${cursor}`,
      `/api/companies?sort=name&cursor=${cursor}`,
      `/api/contacts?sort=name&cursor=${cursor.slice(0, -1)}${cursor.endsWith('0') ? 1 : 0}`,
      `/api/contacts?sort=name&cursor=${cursor.split('.')[0]}`,
      `/api/contacts?sort=name&cursor=${cursor}&cursor=${cursor}`,
    ])
      expect([path, await answerTo(path)]).toEqual([path, [400, 'cursor']]);
  });

  it.each([
    ['/api/users?cursor=', 'cursor'],
    ['/api/accounts/none?revision=', 'revision'],
    ['/api/messages?from=&unread=true', 'from'],
    ['/api/accounts/none/history?field=bogus', 'field'],
  ])('refuses %s, because the parameter %s says nothing', async (path, field) => {
    expect(await admin.get(path)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  it('shows everything for an empty search', async () => {
    expect((await admin.get('/api/messages?q=')).status).toBe(200);
  });

  it('of messages in a folder that no account has is a 404', async () => {
    expect(await admin.get('/api/messages?folder=nowhere')).toMatchObject({
      status: 404,
      body: { reason: 'folder-not-found' },
    });
  });
});
