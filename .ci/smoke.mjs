import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';

/** The first steps of a newcomer: `node .ci/smoke.mjs <npm script> <url> <file with its output>` */
const [script, url, log] = process.argv.slice(2);
const printed = await readFile(log, 'utf8');
const json = { 'Content-Type': 'application/json' };

async function ask(path, { token, body } = {}) {
  const headers = { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(body ? json : {}) };
  const answer = await fetch(url + path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
  const text = await answer.text();
  assert.ok(answer.ok, `${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

const [, email, password] =
  script === 'demo'
    ? /sign in +(\S+) \/ (\S+)/.exec(printed)
    : /First administrator: (\S+) +password: (\S+)/.exec(printed);

assert.deepEqual(await ask('/health/live'), { status: 'live' });
const ready = await ask('/health/ready');
assert.equal(ready.status, 'ready', JSON.stringify(ready));
const written = JSON.parse(await readFile('docs/openapi.json', 'utf8'));
assert.ok(
  isDeepStrictEqual(await ask('/api/openapi.json'), written),
  'docs/openapi.json differs from the document of the service: run npm run openapi',
);

const page = await fetch(`${url}/mail`, { headers: { Accept: 'text/html' } });
const [, asset] = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text()) ?? [];
assert.ok((await fetch(url + asset)).ok, 'the page has no script');

const { token } = await ask('/api/session', { body: { email, password } });
assert.equal((await ask('/api/me', { token })).role, 'administrator');
const accounts = await ask('/api/accounts', { token });

if (script === 'demo') {
  const [{ id }] = accounts.items;
  assert.ok((await ask('/api/messages?limit=3', { token })).items.length === 3);
  assert.ok((await ask(`/api/accounts/${id}/history`, { token })).items.some(({ type }) => type === 'AccountAdded'));
  assert.ok((await ask('/api/contacts', { token })).items.length > 0);
} else assert.deepEqual(accounts.items, []);
