import { ImapFlow } from 'imapflow';
import { waitUntil } from '../journeys/wait-until.js';
import { type Api, NoAnswer } from '../service/api.js';
import { CrashSite } from './crash-site.js';
import { DRAFT_COPY_KILL_POINTS } from './kill-points.js';
import { inShort } from './points-in-short.js';

interface Draft {
  id: string;
  revision: number;
  copy: { state: string };
}

const WAIT_MS = 90_000;
let site: CrashSite;

beforeAll(async () => {
  site = await CrashSite.open();
  const first = site.start();
  await site.addAccount(first);
  const api = site.api.at(await first.ready());
  await api.fetchEnded(await api.fetchMail(site.accountId));
  await api.settled();
  await first.kill();
});
afterAll(() => site?.close());

/** Messages in the folder for drafts, as another program sees them. */
async function onServer(): Promise<string[]> {
  const [user, pass] = Object.entries(site.dovecot.users)[0]!;
  const { host, imapPort: port } = site.dovecot;
  const client = new ImapFlow({ host, port, secure: false, doSTARTTLS: false, auth: { user, pass }, logger: false });
  await client.connect();
  try {
    const { exists } = await client.mailboxOpen('Drafts');
    const found: string[] = [];
    if (exists > 0)
      for await (const { source } of client.fetch('1:*', { source: true }))
        // A message that is removed at this moment has no source.
        if (source) found.push(source.toString());
    return found;
  } finally {
    await client.logout();
  }
}

const body = (subject: string, text: string): object => ({ to: [{ address: 'kim@kiosk.example' }], subject, text });
const copied = (api: Api, id: string): Promise<Draft> =>
  waitUntil(
    () => api.json<Draft>('GET', `/api/drafts/${id}`),
    ({ copy }) => copy.state === 'kept',
    WAIT_MS,
  );

it.each(inShort(DRAFT_COPY_KILL_POINTS, ['draft-copy.appended', 'draft-copy.kept']))(
  'a draft has one copy on the server, the newest, after a kill at %s',
  async (point) => {
    const dying = site.start({ point, n: 1 });
    const first = site.api.at(await dying.ready());
    const drafts = `/api/accounts/${site.accountId}/drafts`;
    const { id } = await first.json<Draft>('POST', drafts, body(point, 'first'));
    try {
      await copied(first, id);
      await first.json<Draft>('PUT', `/api/drafts/${id}`, body(point, 'second'));
      await copied(first, id);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
    expect((await dying.ended).signal).toBe('SIGKILL');
    const service = site.start();
    const api = site.api.at(await service.ready());
    await api.json<Draft>('PUT', `/api/drafts/${id}`, body(point, 'last'));
    await copied(api, id);
    const there = await waitUntil(onServer, (all) => all.length === 1, WAIT_MS);
    expect(there[0]).toContain('last');
    // The intake takes none of the copies for a message.
    await api.fetchEnded(await api.fetchMail(site.accountId));
    await api.settled();
    const { items } = await api.json<{ items: { id: string }[] }>('GET', drafts);
    expect(items.map((each) => each.id)).toEqual([id]);
    await api.json('DELETE', `/api/drafts/${id}`);
    await waitUntil(onServer, (all) => all.length === 0, WAIT_MS);
    await api.settled();
    await site.check(api);
    await service.kill();
  },
  300_000,
);
