import { Ajv2020 } from 'ajv/dist/2020.js';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { isForbidden } from '../house/prose.js';
import { openApi, type OpenApi, routesOf, type Schema, textsOf } from './openapi.js';
import { done, type Recorded, type Requests } from './requests.js';
import { ADMIN, RunningService } from './running-service.js';

let service: RunningService;
let admin: Requests;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
});
afterAll(() => service?.stop());

describe('a refusal', () => {
  it('is a problem document with a title, a reason and, for bad input, the fields', async () => {
    const answer = await admin.post('/api/users', { name: '', email: 'x', role: 'user', height: 3 });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      400,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(answer.body).toEqual({
      ...{ type: 'about:blank', title: 'Bad Request', status: 400, reason: 'bad-input', detail: expect.any(String) },
      errors: expect.arrayContaining([
        { field: 'name', message: expect.any(String) },
        { field: 'email', message: expect.any(String) },
        { field: 'height', message: 'is unknown: leave it out' },
      ]),
    });
  });

  it.each<[string, object | undefined, object]>([
    ['nothing', undefined, { name: 'is missing', email: 'is missing', role: 'is missing' }],
    ['a missing field', { email: 'x@mailroom.test', role: 'user' }, { name: 'is missing' }],
    ['a wrong type', { name: 3, email: 'x@mailroom.test', role: 'user' }, { name: 'must be a string' }],
    ['null', { name: null, email: 'x@mailroom.test', role: 'user' }, { name: 'must be a string' }],
    [
      'a wrong value',
      { name: 'x', email: 'x@mailroom.test', role: 'king' },
      { role: 'must be one of the following values: administrator, user, auditor' },
    ],
  ])('of %s has one message for each wrong field', async (_, body, messages) => {
    const { errors = [] } = (await admin.post('/api/users', body)).body;
    expect(Object.fromEntries(errors.map(({ field, message }) => [field, message]))).toEqual(messages);
    expect(errors).toHaveLength(Object.keys(messages).length);
  });

  it.each([
    ['/api/nowhere', 404, 'not-found'],
    ['/api/accounts/nobody-has-this', 404, 'account-not-found'],
    ['/api/messages/nobody-has-this', 404, 'message-not-found'],
    ['/api/users?limit=0', 400, 'bad-input'],
    ['/api/users?limit=201', 400, 'bad-input'],
  ])('of %s is a %i with the reason %s', async (path, status, reason) => {
    expect(await admin.get(path)).toMatchObject({ status, body: { type: 'about:blank', status, reason } });
  });
});

describe('a habit of clients', () => {
  it('is a JSON content type without a body, and is accepted', async () => {
    const { id } = done(await admin.post<Recorded>('/api/tokens', { name: 'crm', role: 'user' }));
    const json = admin.with({ 'Content-Type': 'application/json' });
    expect((await json.delete(`/api/tokens/${id}`)).status).toBe(200);
    for (const [method, path] of [
      ['POST', '/api/accounts/nobody-has-this/fetch'],
      ['PUT', '/api/accounts/nobody-has-this/access/x'],
    ] as const)
      expect(await json.ask(method, path)).toMatchObject({ status: 404, body: { reason: 'account-not-found' } });
    expect(await json.post('/api/users', '')).toMatchObject({ status: 400, body: { reason: 'bad-input' } });
  });

  it.each(['/api/users/', '/api/users/?limit=1', '/health/live/'])('is a slash at the end, as in %s', async (path) => {
    expect((await admin.get(path)).status).toBe(200);
  });

  it.each([
    ['DELETE', '/api/users', 'GET, HEAD, POST'],
    ['POST', '/api/users/somebody', 'GET, HEAD, PATCH'],
    ['PUT', '/api/users/?limit=1', 'GET, HEAD, POST'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['PROPFIND', '/api/me', 'GET, HEAD'],
  ])('is %s %s, and the answer names the methods of the path', async (method, path, allow) => {
    const answer = await service.nobody.ask(method, path);
    expect(answer).toMatchObject({ status: 405, body: { title: 'Method Not Allowed', reason: 'method-not-allowed' } });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it.each(['/', '/api', '/api/', '/api/docs', '/api/docs/'])('is to open %s, which shows the page', async (path) => {
    const page = await fetch(service.url + path);
    expect([page.status, page.url]).toEqual([200, `${service.url}/api/docs`]);
  });
});

describe('health', () => {
  it('needs no token, and names no person', async () => {
    expect(await service.nobody.get('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
    const ready = await service.nobody.get<{ followers: object[] }>('/health/ready');
    expect(ready).toMatchObject({ status: 200, body: { status: 'ready', parts: { database: 'ok', log: 'ok' } } });
    expect(ready.body.followers.length).toBeGreaterThan(10);
    for (const follower of ready.body.followers)
      expect(follower).toMatchObject({
        name: expect.any(String),
        position: expect.stringMatching(/^\d{20}$/),
        failure: null,
        retry: null,
        stalled: false,
      });
    expect(ready).toMatchObject({ body: { blobFolder: { state: 'ok', reason: null, freeBytes: expect.any(Number) } } });
    expect(ready.bytes.toString()).not.toContain(ADMIN.email);
  });
});

describe('every answer', () => {
  const careful = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'strict-transport-security': expect.stringContaining('max-age='),
    'x-request-id': expect.stringMatching(/^[\w-]{8,64}$/),
  };

  it.each(['/health/live', '/api/me', '/api/accounts', '/api/nowhere', '/api/users?limit=0'])(
    'to %s is not cached and runs nothing in a browser',
    async (path) => {
      const { headers } = await admin.get(path);
      expect(Object.fromEntries(headers)).toMatchObject(careful);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('carries the X-Request-Id of the request if it is valid', async () => {
    const idOf = async (id: string): Promise<string | null> =>
      (await admin.with({ 'X-Request-Id': id }).get('/api/me')).headers.get('x-request-id');
    expect(await idOf('abc-123_XYZ')).toBe('abc-123_XYZ');
    for (const id of ['short', 'with space', 'x'.repeat(65)]) expect(await idOf(id)).not.toBe(id);
  });
});

describe('a long answer', () => {
  /** Bytes on the wire, and the encoding. */
  const asked = async (
    path: string,
    accept: string,
    method = 'GET',
    body = '',
  ): Promise<[string | undefined, string]> => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { ...admin.headers, 'Accept-Encoding': accept, 'Content-Type': 'application/json' };
      request(new URL(path, service.url), { method, headers }, resolve).on('error', reject).end(body);
    });
    const bytes = await buffer(answer);
    const encoding = answer.headers['content-encoding'];
    const plain = encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes;
    return [encoding, plain.toString()];
  };

  it.each([
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['identity', undefined],
  ])('is compressed for a client that takes %s', async (accept, encoding) => {
    const [used, text] = await asked('/api/openapi.json', accept);
    expect([used, JSON.parse(text)]).toEqual([encoding, done(await admin.get('/api/openapi.json'))]);
  });

  it('is compressed if it is a list, and keeps its headers', async () => {
    const tokens = Array.from({ length: 12 }, (_, n) => ({ name: `${n} ${'x'.repeat(90)}`, role: 'user' }));
    for (const token of tokens) done(await admin.post('/api/tokens', token));
    await service.settled();
    const [used, text] = await asked('/api/tokens', 'br');
    const names = (JSON.parse(text) as { items: { name: string }[] }).items.map(({ name }) => name);
    expect([used, names]).toEqual(['br', expect.arrayContaining(tokens.map(({ name }) => name))]);
    expect((await admin.get('/api/tokens')).headers.get('x-position')).toMatch(/^\d{20}$/);
  });

  it('is not compressed if it is short, or answers a command', async () => {
    expect((await asked('/api/me', 'br'))[0]).toBeUndefined();
    const fields = JSON.stringify(Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`field${n}`, n])));
    const [used, text] = await asked('/api/tokens', 'br', 'POST', fields);
    expect([used, text.length > 1024]).toEqual([undefined, true]);
  });
});

describe('the description of the interface', () => {
  it('is OpenAPI 3.1, public, and has the routes of docs/openapi.json', async () => {
    const described = done(await service.nobody.get<OpenApi>('/api/openapi.json'));
    expect(described.openapi).toBe('3.1.0');
    const named = (document: OpenApi): string[] => routesOf(document).map(({ method, path }) => `${method} ${path}`);
    expect(named(described).sort()).toEqual(named(openApi).sort());
  });

  it('is consistent: every reference exists, every path parameter is described, every route has a unique id', () => {
    const ids = routesOf(openApi).map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of routesOf(openApi)) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`).sort()).toEqual((path.match(/\{\w+\}/g) ?? []).sort());
      expect(Object.keys(operation.responses).some((status) => /^[23]/.test(status))).toBe(true);
    }
    const tags = openApi.tags.map(({ name }) => name);
    for (const { operation } of routesOf(openApi)) expect(tags).toEqual(expect.arrayContaining(operation.tags!));
    const names = [...JSON.stringify(openApi).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name!,
    );
    expect(names.filter((name) => !(name in openApi.components.schemas))).toEqual([]);
    const unnamed = Object.entries(openApi.components.schemas).filter(
      ([, { type }]: [string, Schema]) => type !== 'object',
    );
    expect(unnamed).toEqual([]);
  });

  it('lists the properties of every schema', () => {
    const empty = Object.entries(openApi.components.schemas).filter(
      ([, { properties = {} }]) => Object.keys(properties).length === 0,
    );
    expect(empty).toEqual([]);
  });

  it('describes every operation, parameter and property in a plain sentence', () => {
    const texts = textsOf(openApi);
    expect(texts.length).toBeGreaterThan(700);
    const isSentence = (text = ''): boolean => /^[A-Z`][^\n]*\.$/.test(text);
    expect(texts.filter(({ text }) => !isSentence(text) || isForbidden(text!))).toEqual([]);
  });

  it('has an example for each text with a pattern and each text of a body, valid for its schema', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const properties = Object.entries(openApi.components.schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).map(([property, schema]) => ({ at: `${name}.${property}`, ...schema })),
    );
    const parameters = routesOf(openApi).flatMap(({ path, operation }) =>
      (operation.parameters ?? []).map(({ name, schema }) => ({ at: `${path} ${name}`, ...schema })),
    );
    const described = [...properties, ...parameters] as (Schema & {
      at: string;
      pattern?: string;
      examples?: unknown[];
    })[];
    const without = described.filter(
      ({ at, type, pattern, enum: values, examples }) =>
        (pattern !== undefined || (/Body\./.test(at) && type === 'string')) && !values && !examples,
    );
    expect(without.map(({ at }) => at)).toEqual([]);
    const wrong = described.filter(
      ({ examples = [], ...schema }) => !examples.every((each) => ajv.validate(schema, each)),
    );
    expect(wrong.map(({ at }) => at)).toEqual([]);
    expect(described.filter(({ examples }) => examples).length).toBeGreaterThan(100);
  });

  it('counts in integers, and names a reason of each refusal', () => {
    expect(JSON.stringify(openApi)).not.toMatch(/"type":"number"|"number"\]/);
    for (const { method, path, operation } of routesOf(openApi))
      for (const [status, { $ref, content }] of Object.entries(operation.responses))
        if (/^[45]/.test(status) && $ref === undefined)
          expect([method, path, status, JSON.stringify(content)]).toEqual([
            ...[method, path, status],
            expect.stringContaining('"reason":{"enum":["'),
          ]);
  });

  it('has no summary that repeats the name of the method', () => {
    const words = (text: string): string[] =>
      text.split(/[^A-Za-z]+|(?=[A-Z])/).map((word) => word.toLowerCase().replace(/s$/, ''));
    const repeated = routesOf(openApi).filter(
      ({ operation: { summary = '', operationId = '' } }) =>
        words(summary).filter(Boolean).join(' ') === words(operationId).join(' '),
    );
    expect(repeated).toEqual([]);
  });

  it('lists the values of an enum in alphabetical order, independent of the compiler', () => {
    const lists = [...JSON.stringify(openApi).matchAll(/"enum":(\[[^\]]*\])/g)].map(
      ([, list]) => JSON.parse(list!) as string[],
    );
    expect(lists.length).toBeGreaterThan(10);
    for (const list of lists) expect(list).toEqual(list.toSorted());
  });

  it('describes the answers of each route, and its failures as problem documents', () => {
    const { responses } = openApi.components;
    const undescribed: string[] = [];
    for (const { method, path, operation } of routesOf(openApi))
      for (const [status, response] of Object.entries(operation.responses)) {
        const { content = {} } = response.$ref === undefined ? response : responses[response.$ref.split('/').at(-1)!]!;
        const types = Object.keys(content);
        const right =
          status === '204' || status.startsWith('3')
            ? types.length === 0
            : status.startsWith('2')
              ? types.length > 0 && Object.values(content).every(({ schema }) => Object.keys(schema).length > 0)
              : types.includes('application/problem+json') || path === '/health/ready';
        if (!right || response.description === '') undescribed.push(`${method} ${path} ${status}`);
      }
    expect(undescribed).toEqual([]);
  });

  it('lists the headers that a command reads', () => {
    const headersOf = (method: string, path: string): string[] =>
      routesOf(openApi)
        .find((route) => route.method === method && route.path === path)!
        .operation.parameters!.map(({ $ref }) => $ref)
        .filter((ref) => ref !== undefined)
        .map((ref) => openApi.components.parameters[ref.split('/').at(-1)!]!.name);
    expect(headersOf('PUT', '/api/accounts/{id}/password')).toEqual([
      'Idempotency-Key',
      'If-Match',
      'X-On-Behalf-Of',
      'X-Requested-By',
    ]);
    expect(headersOf('POST', '/api/tokens')).toEqual(['X-On-Behalf-Of', 'X-Requested-By']);
    expect(headersOf('GET', '/api/accounts')).toEqual(['X-Wait-For', 'X-On-Behalf-Of']);
    expect(headersOf('GET', '/health/live')).toEqual([]);
  });

  it('has a page to try the interface that loads nothing from another host', async () => {
    const page = await service.nobody.get('/api/docs');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const files = [...page.bytes.toString().matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect((await service.nobody.get(`/api/${file}`)).status).toBe(200);
  });
});
