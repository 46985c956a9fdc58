import Fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { hasPage, servePage } from './serve-page.js';

const DOCUMENT = '<!doctype html><title>Mailroom</title>';
const FRAME = '<!doctype html><title>HTML of mail</title>';
const SCRIPT = 'export const a = 1;\n'.repeat(100);
let folder: string;
let fastify: FastifyInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-page-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), DOCUMENT);
  await writeFile(join(folder, 'frame.html'), FRAME);
  await writeFile(join(folder, 'assets/main-1a2b.js'), SCRIPT);
  await writeFile(join(folder, 'assets/main-1a2b.js.br'), brotliCompressSync(SCRIPT));
  fastify = Fastify();
  fastify.get('/api/me', () => ({ id: 'ben' }));
  await servePage(fastify, folder);
  await fastify.ready();
});
afterAll(async () => {
  await fastify.close();
  await rm(folder, { recursive: true });
});

const opened = async (url: string, accept = 'text/html,*/*'): Promise<LightMyRequestResponse> =>
  fastify.inject({ url, headers: { accept, 'accept-encoding': 'br' } });

describe('the page', () => {
  it.each(['/', '/mail', '/accounts/5f0c?tab=sent'])('opens at %s, and browsers ask for it again', async (url) => {
    const { statusCode, body, headers } = await opened(url);
    expect([statusCode, body]).toEqual([200, DOCUMENT]);
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /);
  });

  it('says that the company has a provider to sign in at', async () => {
    const other = Fastify();
    await servePage(other, folder, true);
    expect((await other.inject({ url: '/' })).body).toContain('<meta name="sign-in-provider" content="openid">');
    expect((await opened('/')).body).not.toContain('sign-in-provider');
    await other.close();
  });

  it('loads nothing from other servers', async () => {
    const { headers } = await opened('/');
    expect(headers['content-security-policy']).not.toMatch(/https?:|\*/);
  });

  it('has an empty document for mail, with pictures of others only on request', async () => {
    const closed = await opened('/frame.html');
    expect([closed.statusCode, closed.body]).toEqual([200, FRAME]);
    const policy = String(closed.headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; /);
    expect(policy).toMatch(/; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox$/);
    const { headers } = await opened('/frame.html?images');
    expect(headers['content-security-policy']).toBe(policy.replace('data:', 'data: https: http:'));
  });

  it('keeps its files for a year, compressed by the build', async () => {
    const { headers, rawPayload } = await opened('/assets/main-1a2b.js', '*/*');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(rawPayload).toString()).toBe(SCRIPT);
  });

  it.each(['/api/unknown', '/health/unknown', '/metrics', '/api'])('leaves %s to the interface', async (url) => {
    expect((await opened(url)).statusCode).toBe(404);
  });

  it('is no answer to a program, and no answer in place of a missing file', async () => {
    expect((await opened('/mail', 'application/json')).statusCode).toBe(404);
    expect((await opened('/assets/main-0000.js', '*/*')).statusCode).toBe(404);
  });

  it('is served only if it was built', () => {
    expect([hasPage(folder), hasPage(join(folder, 'assets'))]).toEqual([true, false]);
  });
});
