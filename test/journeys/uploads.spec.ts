import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, json, text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Blobs } from '../../src/platform/blobs/blobs.js';
import { poolOf } from '../../src/platform/database/database.js';
import { Uploads } from '../../src/uploads/uploads.js';
import { RunningService } from './running-service.js';
import { done, type Requests } from './requests.js';
import { waitUntil } from './wait-until.js';

interface Uploaded {
  id: string;
  filename: string;
  contentType: string;
  size: number;
}

const MB = 1024 * 1024;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
let service: RunningService;
let admin: Requests;
let uploads: Uploads;
let me: string;

beforeAll(async () => {
  service = await RunningService.start();
  admin = await service.signedIn();
  uploads = service.service.app.get(Uploads, { strict: false });
  me = done(await admin.get<{ id: string }>('/api/me')).id;
});
afterAll(() => service?.stop());

const sql = async <R extends object>(statement: string, values: unknown[] = []): Promise<R[]> =>
  (await poolOf(service.service.platform.database).query<R>(statement, values)).rows;

const upload = (content: Buffer | string, type: string, disposition = '') =>
  admin
    .with({ 'Content-Type': type, ...(disposition && { 'Content-Disposition': disposition }) })
    .post<Uploaded>('/api/uploads', content);

const contentOf = async (id: string): Promise<Buffer> => buffer(await (await uploads.takeUpload(id, me)).content());

async function storedBytes(): Promise<Buffer> {
  const folder = join(service.dataDir);
  const names = await readdir(folder, { recursive: true });
  const files = names.map((name) => join(folder, name)).filter((name) => !name.includes('postgres'));
  return Buffer.concat(
    await Promise.all(files.map(async (file) => ((await stat(file)).isFile() ? readFile(file) : Buffer.alloc(0)))),
  );
}

it.each([
  [
    'application/pdf',
    "attachment; filename*=UTF-8''Umowa%20%C5%BC%C3%B3%C5%82w.pdf",
    'Umowa żółw.pdf',
    'application/pdf',
  ],
  ['application/json', 'attachment; filename="data.json"', 'data.json', 'application/json'],
  ['text/plain; charset=utf-8', 'attachment; filename="../../etc/passwd"', 'passwd', 'text/plain'],
  ['multipart/form-data; boundary=x', '', 'file', 'application/octet-stream'],
])('stores a file of type %s as it is', async (type, disposition, filename, contentType) => {
  const answer = await upload('{"not": "parsed"', type, disposition);
  expect(answer).toMatchObject({ status: 201, body: { filename, contentType, size: 16 } });
  expect((await contentOf(answer.body.id)).toString()).toBe('{"not": "parsed"');
});

it('stores no byte and no name of a file in clear text', async () => {
  const secret = randomBytes(32).toString('hex');
  const { id } = done(await upload(secret, 'text/plain', `attachment; filename="${secret}.txt"`));
  expect((await contentOf(id)).toString()).toBe(secret);
  expect((await storedBytes()).includes(secret)).toBe(false);
  const [row] = await sql<object>('select * from uploads where id = $1', [id]);
  expect(JSON.stringify(row)).not.toContain(secret);
});

it('gives a file back as it is, to be saved and never to be run', async () => {
  const page = '<script>alert(1)</script>';
  const { id } = done(await upload(page, 'text/html', "attachment; filename*=UTF-8''%C5%BC.html"));
  const { status, headers, bytes } = await admin.get(`/api/uploads/${id}`);
  expect([status, bytes.toString()]).toEqual([200, page]);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'text/html',
    'content-disposition': 'attachment; filename="z.html"; filename*=UTF-8\'\'%C5%BC.html',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cache-control': 'no-store',
  });
  expect(await admin.get('/api/uploads/unknown')).toMatchObject({ status: 404, body: { reason: 'upload-not-found' } });
});

it('says that the bytes of a file are missing', async () => {
  const { id } = done(await upload('x', 'text/plain'));
  await service.service.app.get(Blobs, { strict: false }).remove([id]);
  expect(await admin.get(`/api/uploads/${id}`)).toMatchObject({ status: 409, body: { reason: 'upload-damaged' } });
});

it('is found by its owner only', async () => {
  const { id } = done(await upload('x', 'text/plain'));
  await expect(uploads.takeUpload(id, 'somebody else')).rejects.toMatchObject({ reason: 'upload-not-found' });
});

it('takes an empty file', async () => {
  const answer = await upload(Buffer.alloc(0), 'text/plain');
  expect(answer).toMatchObject({ status: 201, body: { size: 0 } });
  expect(await contentOf(answer.body.id)).toHaveLength(0);
});

it('takes 50 MB in flat memory, and refuses more', async () => {
  // V8 frees array buffers beside the program: the second collection waits for the frees of the first.
  const held = (): number => (collectGarbage(), collectGarbage(), process.memoryUsage().arrayBuffers);
  const before = held();
  let midway = Infinity;
  // Rights are not known for a moment if the machine is too busy to follow the log.
  const answer = await waitUntil(
    () => sendStreamed(50, () => (midway = held() - before)),
    ({ status }) => status !== 503,
  );
  expect(answer).toMatchObject({ status: 201, body: { size: 50 * MB } });
  expect(midway).toBeLessThan(15 * MB);
  const hash = createHash('sha256');
  for await (const chunk of await (await uploads.takeUpload((answer.body as Uploaded).id, me)).content())
    hash.update(chunk as Buffer);
  expect(hash.digest('hex')).toBe(
    createHash('sha256')
      .update(Buffer.alloc(50 * MB))
      .digest('hex'),
  );

  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /api/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: ${admin.headers['Authorization']}\r\nContent-Length: ${50 * MB + 1}\r\n\r\n`,
  );
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 [^]*"reason":"too-large"/);
});

it('refuses more than 50 MB of unknown length, and leaves nothing of them', async () => {
  const before = await sql('select id from uploads');
  const answer = await waitUntil(
    () => sendStreamed(60),
    ({ status }) => status !== 503,
  );
  expect(answer).toMatchObject({ status: 413, body: { reason: 'too-large' } });
  await waitUntil(
    () => sql('select id from uploads'),
    (left) => left.length === before.length,
  );
});

/** Zeros without an announced length; the client holds one megabyte. */
function sendStreamed(megabytes: number, midway?: () => void): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    const sending = request(`${service.url}/api/uploads`, { method: 'POST', headers: { ...admin.headers } });
    sending.once('error', reject);
    sending.once('response', (answer) => {
      json(answer).then((body) => {
        resolve({ status: answer.statusCode, body });
        sending.destroy();
      }, reject);
    });
    const chunk = Buffer.alloc(MB);
    const chunks = function* (): Generator<Buffer> {
      for (let n = 0; n < megabytes; n++) {
        if (n === megabytes - 5) midway?.();
        yield chunk;
      }
    };
    Readable.from(chunks(), { objectMode: false }).pipe(sending);
  });
}

it('leaves nothing of a request that breaks off', async () => {
  const before = await sql('select id from uploads');
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /api/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: ${admin.headers['Authorization']}\r\nContent-Length: ${MB}\r\n\r\nxyz`,
  );
  const count = async (): Promise<number> => (await sql('select id from uploads')).length;
  await waitUntil(count, (now) => now > before.length);
  socket.destroy();
  await waitUntil(count, (now) => now === before.length);
});

it('needs a caller with mail', async () => {
  expect(await service.nobody.post('/api/uploads', 'x')).toMatchObject({ status: 401 });
});

it('removes files after a day, and those of a killed request after an hour, but none that a draft holds', async () => {
  const [old, held, fresh] = [
    done(await upload('old', 'text/plain')).id,
    done(await upload('held', 'text/plain')).id,
    done(await upload('fresh', 'text/plain')).id,
  ];
  await uploads.hold('draft', [held]);
  await sql(`update uploads set created_at = now() - interval '25 hours' where id = any($1)`, [[old, held]]);
  const killed = '0123456789abcdef0123456789abcdef';
  await sql(
    `insert into uploads (id, owner, wrapped, described, size, created_at)
     values ($1, $2, '', '', 1, now() - interval '2 hours')`,
    [killed, me],
  );
  await expect(uploads.takeUpload(old, me)).rejects.toMatchObject({ reason: 'upload-not-found' });
  await uploads.removeExpired();
  const left = (await sql<{ id: string }>('select id from uploads')).map(({ id }) => id);
  expect(left).toEqual(expect.arrayContaining([held, fresh]));
  expect(left).not.toContain(old);
  expect(left).not.toContain(killed);
  const [{ count }] = (await sql<{ count: number }>('select count(*)::int as count from blobs where name = $1', [
    old,
  ])) as [{ count: number }];
  expect(count).toBe(0);
  expect((await uploads.open([held], { userId: 'ben', draftId: 'draft' })).map(({ size }) => size)).toEqual([4]);
  await uploads.removeHeldBy(['draft']);
  expect(await sql('select 1 from uploads where id = $1', [held])).toEqual([]);
});

it('bounds the files of one person, also if many come at once', async () => {
  await sql(
    `insert into uploads (id, owner, wrapped, described, size, held_by)
             select 'many' || n, $1, '', '', 0, 'many' from generate_series(1, 495) n`,
    [me],
  );
  const before = (await sql('select 1 from uploads where owner = $1', [me])).length;
  const answers = await Promise.all(Array.from({ length: 12 }, () => upload('x', 'text/plain')));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(Math.max(0, 500 - before));
  expect(answers.find(({ status }) => status !== 201)).toMatchObject({
    status: 409,
    body: { reason: 'too-many-uploads' },
  });
  await sql(`delete from uploads where held_by = 'many'`);
});
