import type { Server } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Requests } from './requests.js';
import { RunningService } from './running-service.js';
import { verdict } from './verdict.js';

let service: RunningService;
let admin: Requests;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
});
afterAll(() => service?.stop());

const user = (name: string): string => `{"name":${name},"email":"x@mailroom.test","role":"user"}`;

it.each<[string, string | Buffer, number]>([
  ['cut off', '{"name":"x"', 400],
  ['no JSON', '{name: x}', 400],
  ['a comment', '/* x */{}', 400],
  ['two documents', '{}{}', 400],
  ['nothing', '', 400],
  ['a text', '"x"', 400],
  ['a number', '1', 400],
  ['null', 'null', 400],
  ['a list', '[]', 400],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 400],
  ['a prototype', '{"__proto__":{"role":"administrator"},"name":"x"}', 400],
  ['a nested prototype', user('{"__proto__":{"x":1}}'), 400],
  ['a constructor', '{"constructor":{"prototype":{"role":"administrator"}}}', 400],
  ['a field twice, the second of a wrong type', '{"name":"x","name":1,"email":"x@mailroom.test","role":"user"}', 400],
  ['a list nested 400,000 times', `${'['.repeat(400_000)}${']'.repeat(400_000)}`, 400],
  ['an object nested 100,000 times', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 400],
  ['a name nested 1,000 times', user(`${'['.repeat(1000)}${']'.repeat(1000)}`), 400],
  ['100,000 fields', `{${Array.from({ length: 50_000 }, (_, each) => `"f${each}":1`).join()}}`, 400],
  ['a key with NUL', '{"a\\u0000b":1}', 400],
  ['a number beyond every limit', user('1e999999'), 400],
  ['2 MB', user(`"${'x'.repeat(2_000_000)}"`), 413],
])('a body that is %s is refused', async (_, body, status) => {
  const answer = await admin.ask('POST', '/api/users', body);
  expect([answer.status, verdict(answer)]).toEqual([status, 'refused']);
});

it('a sign-in with thousands of fields is refused with a short answer', async () => {
  const fields = Array.from({ length: 1500 }, (_, n) => `"f${n}":1`).join();
  const answer = await service.nobody.post('/api/session', `{${fields},"email":"x","password":"x"}`);
  expect([answer.status, answer.bytes.length < 1000]).toEqual([400, true]);
  const few = await service.nobody.post('/api/session', { [`f${'x'.repeat(9000)}`]: 1, email: 'x', password: 'x' });
  expect([few.status, few.bytes.length < 1000]).toEqual([400, true]);
});

describe('a body of more than 16 KB', () => {
  const large = { name: 'x'.repeat(17_000), email: 'x@mailroom.test', role: 'user' };
  const chunked = (by: Requests, path: string): Promise<Response> =>
    fetch(service.url + path, {
      method: 'POST',
      headers: { ...by.headers, 'Content-Type': 'application/json' },
      body: new Blob([JSON.stringify(large)]).stream(),
      duplex: 'half',
    });

  it('is read for a known caller', async () => {
    expect(await admin.post('/api/users', large)).toMatchObject({ status: 400, body: { reason: 'bad-input' } });
    expect((await chunked(admin, '/api/users')).status).toBe(400);
  });

  it.each<[string, Record<string, string>]>([
    ['nobody', {}],
    ['an unknown token', { Authorization: 'Bearer mrs_nobody' }],
  ])('is not read for %s', async (_, headers) => {
    const by = service.nobody.with(headers);
    const invalid = '{'.repeat(17_000);
    expect(await by.post('/api/users', invalid)).toMatchObject({ status: 401, body: { reason: 'not-signed-in' } });
    expect((await chunked(by, '/api/users')).status).toBe(401);
    expect(await by.post('/api/session', invalid)).toMatchObject({ status: 413, body: { reason: 'too-large' } });
    expect((await chunked(by, '/api/session')).status).toBe(413);
  });
});

it.each([
  'text/plain',
  'text/html',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'nonsense',
])('a body of type %s is refused', async (type) => {
  const answer = await admin.with({ 'Content-Type': type }).ask('POST', '/api/users', user('"x"'));
  expect([answer.status, answer.body.reason, verdict(answer)]).toEqual([415, 'not-json', 'refused']);
});

it.each([
  ['an unknown path', 'GET', '/api/nowhere', 404],
  ['a path outside the API', 'GET', '/nowhere', 404],
  ['a path that leaves its folder', 'GET', '/api/docs/..%2f..%2f..%2fpackage.json', 404],
  ['a path with an invalid escape', 'GET', '/api/accounts/%zz', 400],
  ['a path without valid UTF-8', 'GET', '/api/accounts/%ff%fe', 400],
  ['a path with NUL', 'GET', '/api/accounts/%00', 400],
  ['an id of 5,000 letters', 'GET', `/api/accounts/${'x'.repeat(5000)}`, 414],
  ['a method that the path does not have', 'DELETE', '/api/users', 405],
  ['an unknown method', 'PROPFIND', '/api/users', 405],
  ['an unknown method of an unknown path', 'PROPFIND', '/api/nowhere', 404],
])('%s is refused', async (_, method, path, status) => {
  const answer = await admin.ask(method, path);
  expect([answer.status, verdict(answer)]).toEqual([status, 'refused']);
});

it.each<[string, Record<string, string>, number]>([
  ['an If-Match without quotes', { 'If-Match': '3' }, 400],
  ['a weak If-Match', { 'If-Match': 'W/"3"' }, 400],
  ['an If-Match that is no number', { 'If-Match': '"x"' }, 400],
  ['an Idempotency-Key of 201 signs', { 'Idempotency-Key': 'x'.repeat(201) }, 400],
  ['an Idempotency-Key with a space', { 'Idempotency-Key': 'a b' }, 400],
  ['an empty Idempotency-Key', { 'Idempotency-Key': '' }, 400],
])('%s is refused', async (_, headers, status) => {
  const answer = await admin.with(headers).patch('/api/users/x', { name: 'x' });
  expect([answer.status, verdict(answer)]).toEqual([status, 'refused']);
});

it.each<[string, Record<string, string>]>([
  ['Basic credentials', { Authorization: 'Basic YWRtaW46YWRtaW4=' }],
  ['an unknown token', { Authorization: 'Bearer mrs_nobody' }],
  ['a token without a known prefix', { Authorization: 'Bearer x' }],
  ['an empty token', { Authorization: 'Bearer ' }],
  ['SQL as a token', { Authorization: `Bearer mrs_' or '1'='1` }],
  ['an unknown session cookie', { Cookie: 'mailroom_session=mrs_nobody' }],
  ['a malformed cookie', { Cookie: 'mailroom_session=%zz; =; ;;' }],
])('a caller with %s is not let in', async (_, headers) => {
  const answer = await service.nobody.with(headers).get('/api/accounts');
  expect([answer.status, answer.headers.get('www-authenticate'), verdict(answer)]).toEqual([401, 'Bearer', 'refused']);
});

describe('bytes on the wire', () => {
  async function onTheWire(request: string): Promise<{ status: number; rest: string }> {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.write(Buffer.from(request, 'latin1'));
    const answer = await text(socket);
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]), rest: answer };
  }
  const head = 'GET /api/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';

  it.each([
    ['no HTTP', 'HELLO\r\n\r\n', 400],
    ['a header with NUL', `${head}X-Wait-For: a\0b\r\n\r\n`, 400],
    ['a malformed header', `${head}nonsense\r\n\r\n`, 400],
    ['headers of 100 KB', `${head}X-Filler: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
    ['two content lengths', `${head.replace('GET', 'POST')}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`, 400],
    [
      'a content length with chunks',
      `${head.replace('GET', 'POST')}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
      400,
    ],
    ['a line break in the path', `GET /api/me\r\nX-On-Behalf-Of: x HTTP/1.1\r\nHost: x\r\n\r\n`, 401],
    [
      'an absolute path of another host',
      'GET http://elsewhere.test/api/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      401,
    ],
  ])('%s gets a problem document', async (_, request, status) => {
    const answer = await onTheWire(request);
    expect({ status: answer.status, rest: answer.rest }).toEqual({
      status,
      rest: expect.stringMatching(/content-type: application\/problem\+json[^]*"reason":"[a-z-]+"/i),
    });
  });
});

it('a body that comes slowly is cut after the time for a whole request', async () => {
  const server: Server = service.service.app.getHttpServer();
  const { headersTimeout, requestTimeout } = server;
  expect([headersTimeout, requestTimeout]).toEqual([20_000, 600_000]);
  Object.assign(server, { headersTimeout: 500, bodyTimeout: 500 });
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n`,
  );
  const drip = setInterval(() => socket.write(' '), 100);
  const answer = await text(socket).finally(() => clearInterval(drip));
  Object.assign(server, { headersTimeout, bodyTimeout: undefined });
  expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*"reason":"too-slow"/);
});

it('still answers after all of these requests, without an internal error', async () => {
  expect((await admin.get('/api/me')).status).toBe(200);
  expect(service.logged.filter((line) => line.includes('internal-error'))).toEqual([]);
});
