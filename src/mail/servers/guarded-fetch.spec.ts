import { text } from 'node:stream/consumers';
import { forbiddenSpellings } from '../../../test/forbidden-spellings.js';
import { MailWorld } from '../../../test/mail-world.js';
import { guardedFetch } from './guarded-fetch.js';
import { OutboundGuard } from './outbound-guard.js';

let world: MailWorld;
let origin: string;
const inside = new OutboundGuard({ allowPrivate: true, lookup: () => Promise.resolve([{ address: '127.0.0.1' }]) });
const strict = new OutboundGuard({ allowPrivate: false, lookup: () => Promise.resolve([{ address: '127.0.0.1' }]) });

beforeAll(async () => {
  world = await MailWorld.start({ users: {}, hosts: ['one.test'] });
  origin = `https://one.test:${world.ports.https}`;
});
beforeEach(() => {
  world.pages.clear();
  world.asked.length = 0;
});
afterAll(() => world?.stop());

const get = (url: string, init?: RequestInit) => guardedFetch(inside, world.ca)(url, init);

it('sends the request and returns the response', async () => {
  world.shows(`${origin}/token`, (request, answer) => {
    void text(request).then((body) => {
      answer.writeHead(400, { 'Content-Type': 'application/json', 'Set-Cookie': ['a=1', 'b=2'] });
      answer.end(
        JSON.stringify({
          method: request.method,
          type: request.headers['content-type'],
          host: request.headers.host,
          body,
        }),
      );
    });
  });
  const answer = await get(`${origin}/token`, { method: 'POST', body: new URLSearchParams({ code: 'ü' }) });
  expect(answer.status).toBe(400);
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await answer.json()).toEqual({
    method: 'POST',
    type: 'application/x-www-form-urlencoded;charset=UTF-8',
    host: `one.test:${world.ports.https}`,
    body: 'code=%C3%BC',
  });
});

it('rejects a host with the certificate of another host', async () => {
  const elsewhere = `https://two.test:${world.ports.https}/`;
  await expect(get(elsewhere)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  expect(world.asked).toEqual([]);
});

it('follows no redirect', async () => {
  world.shows(`${origin}/a`, (_, answer) => answer.writeHead(302, { Location: `${origin}/b` }).end());
  const answer = await get(`${origin}/a`, { redirect: 'follow' });
  expect([answer.status, answer.headers.get('location')]).toEqual([302, `${origin}/b`]);
  expect(world.asked).toEqual([`${origin}/a`]);
});

it.each([...forbiddenSpellings, 'inside.test', '0x7F.1', '127。0。0。1'])('sends no request to %s', async (host) => {
  for (const protocol of ['https', 'http'])
    for (const named of [host, `[${host}]`])
      await expect(guardedFetch(strict, world.ca)(`${protocol}://${named}:${world.ports.https}/`)).rejects.toThrow(
        /Host not allowed|Failed to parse URL/,
      );
  expect(world.asked).toEqual([]);
});

it('uses http for this machine only', async () => {
  world.shows(`http://one.test:${world.ports.http}/`, 'x');
  expect(await (await get(`http://one.test:${world.ports.http}/`)).text()).toBe('x');
  const intranet = new OutboundGuard({ allowPrivate: true, lookup: () => Promise.resolve([{ address: '10.1.2.3' }]) });
  await expect(guardedFetch(intranet)('http://idp.intranet/')).rejects.toThrow(
    'is another machine and needs an https address',
  );
});

it('reads at most 100 kB', async () => {
  world.shows(`${origin}/a`, (_, answer) => answer.end('x'.repeat(100_001)));
  await expect(get(`${origin}/a`)).rejects.toThrow('larger than 100000 bytes');
});

it('ends with the abort of its caller', async () => {
  const end = new AbortController();
  world.shows(`${origin}/a`, () => end.abort());
  await expect(get(`${origin}/a`, { signal: end.signal })).rejects.toMatchObject({ name: 'AbortError' });
});
