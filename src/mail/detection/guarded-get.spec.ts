import { forbiddenSpellings } from '../../../test/forbidden-spellings.js';
import { MailWorld } from '../../../test/mail-world.js';
import { OutboundGuard } from '../servers/outbound-guard.js';
import { guardedGet } from './guarded-get.js';

/** Allows the hosts of the test on loopback; all others only as in production. */
class GuardWithTestHosts extends OutboundGuard {
  constructor() {
    super({ allowPrivate: false, lookup: () => Promise.resolve([{ address: '127.0.0.1' }]) });
  }

  override resolve(host: string): Promise<string[]> {
    return hosts.includes(host) ? Promise.resolve(['127.0.0.1']) : super.resolve(host);
  }
}

const hosts = ['one.test', 'two.test'];
let world: MailWorld;

beforeAll(async () => {
  world = await MailWorld.start({ users: {}, hosts: ['one.test'] });
});
beforeEach(() => {
  world.pages.clear();
  world.asked.length = 0;
});
afterAll(() => world?.stop());

const get = (url: string, signal = new AbortController().signal) =>
  guardedGet(url, { guard: new GuardWithTestHosts(), ports: world.ports, signal, ca: world.ca });
const redirect = (from: string, to: string, status = 302): void =>
  // Node writes headers as latin1, so this sends the UTF-8 bytes of `to`.
  world.shows(from, (_, answer) => answer.writeHead(status, { Location: Buffer.from(to).toString('latin1') }).end());

it('returns the text, and whether it came by TLS only', async () => {
  world.shows('https://one.test/a', 'grüß dich');
  world.shows('http://one.test/a', 'grüß dich');
  expect(await get('https://one.test/a?x=1')).toEqual({ text: 'grüß dich', secure: true });
  expect(await get('http://one.test/a')).toEqual({ text: 'grüß dich', secure: false });
  expect(world.asked).toEqual(['https://one.test/a?x=1', 'http://one.test/a']);
});

it('rejects a host with the certificate of another host', async () => {
  world.shows('https://two.test/a', 'x');
  await expect(get('https://two.test/a')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  await expect(get('https://one.test/a').then(() => world.asked)).rejects.toThrow('HTTP status 404');
});

it.each([204, 206, 300, 400, 401, 404, 500, 503])('rejects an answer with status %s', async (status) => {
  world.shows('https://one.test/a', (_, answer) => answer.writeHead(status).end());
  await expect(get('https://one.test/a')).rejects.toThrow(`HTTP status ${status}`);
});

describe('a redirect', () => {
  it('is followed, also from http to https, which does not count as secure', async () => {
    redirect('https://one.test/a', '/b', 301);
    redirect('http://two.test/a', 'https://one.test/b', 308);
    world.shows('https://one.test/b', 'there');
    expect(await get('https://one.test/a')).toEqual({ text: 'there', secure: true });
    expect(await get('http://two.test/a')).toEqual({ text: 'there', secure: false });
  });

  it('is followed at most three times', async () => {
    redirect('https://one.test/a', 'https://one.test/a');
    await expect(get('https://one.test/a')).rejects.toThrow('more than 3 redirects');
    expect(world.asked).toHaveLength(4);
  });

  it.each([
    'http://one.test/b',
    'https://one.test:993/b',
    'https://user@one.test/b',
    'https://:secret@one.test/b',
    'ftp://one.test/b',
    'file:///etc/passwd',
    'data:text/xml,x',
    'javascript:1',
  ])('to %s is not followed', async (to) => {
    redirect('https://one.test/a', to);
    await expect(get('https://one.test/a')).rejects.toThrow('redirect to a forbidden URL');
    expect(world.asked).toEqual(['https://one.test/a']);
  });

  it.each([...forbiddenSpellings, '127。0。0。1', 'inside.test', '0x7F.1', '%31%32%37.0.0.1'])(
    'to %s is not followed',
    async (host) => {
      for (const url of [`https://${host}/`, `https://[${host}]/`]) {
        redirect('https://one.test/a', url);
        await expect(get('https://one.test/a')).rejects.toThrow(/Host not allowed|Invalid URL|forbidden URL/);
      }
      expect(world.asked).toEqual(['https://one.test/a', 'https://one.test/a']);
    },
  );
});

it('reads at most 100 kB without compression, and at most 16 KiB of headers', async () => {
  world.shows('https://one.test/a', (_, answer) => answer.end('x'.repeat(100_001)));
  await expect(get('https://one.test/a')).rejects.toThrow('larger than 100000 bytes');
  world.shows('https://one.test/a', (_, answer) => answer.writeHead(200, { 'Content-Encoding': 'gzip' }).end('x'));
  await expect(get('https://one.test/a')).rejects.toThrow('compressed');
  world.shows('https://one.test/a', (_, answer) => answer.writeHead(200, { 'X-Filler': 'x'.repeat(20_000) }).end('x'));
  await expect(get('https://one.test/a')).rejects.toMatchObject({ code: 'HPE_HEADER_OVERFLOW' });
});

it.each<[string, Parameters<MailWorld['shows']>[1]]>([
  ['never answers', () => undefined],
  ['never ends its answer', (_, answer) => void answer.write('x')],
])('ends at the time limit when a server %s', async (_, page) => {
  world.shows('https://one.test/a', page);
  const end = new AbortController();
  const abortAfterRequest = async (): Promise<void> => {
    while (world.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    end.abort();
  };
  const [fetched] = await Promise.allSettled([get('https://one.test/a', end.signal), abortAfterRequest()]);
  expect(fetched).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
});
