import { type KillPoint, RENEWAL_KILL_POINTS, SIGN_IN_KILL_POINTS } from './kill-points.js';
import { NoAnswer, Problem } from '../service/api.js';
import { SignInSite } from './sign-in-site.js';

const nameOf = (point: KillPoint): string => point.replaceAll('.', '-');
let site: SignInSite;

beforeAll(async () => {
  site = await SignInSite.open([...SIGN_IN_KILL_POINTS, ...RENEWAL_KILL_POINTS].map(nameOf));
}, 120_000);
beforeEach(() => site.live());
afterAll(() => site?.close());

const unlessBroken = (error: unknown): void => {
  if (!(error instanceof NoAnswer)) throw error;
};

/** Kills the service at `point` of this work and starts it again. */
async function dieAt(point: KillPoint, work: () => Promise<unknown>): Promise<void> {
  await site.service.dieAt(point);
  await work().catch(unlessBroken);
  expect(await site.service.ended).toMatchObject({ signal: 'SIGKILL' });
  await site.live();
}

/** Outcome of the next fetch, or of a fetch that the killed process left: `done` or the reason. */
async function fetched(accountId: string): Promise<string | null> {
  try {
    const { state, reason } = await site.api.fetchEnded(await site.api.fetchMail(accountId));
    return state === 'done' ? 'done' : reason;
  } catch (error) {
    if (error instanceof Problem) return error.reason;
    throw error;
  }
}

it.each(SIGN_IN_KILL_POINTS)(
  'a sign-in that is killed at %s leaves the old or the new login in force, and no secret of the other',
  async (point) => {
    const name = nameOf(point);
    const id = await site.add(name);
    const before = ['sign-in.exchanged', 'sign-in.kept'].includes(point);

    await dieAt(point, () => site.signIn(id, name));
    expect(await site.secrets(id)).toEqual([before ? 'password 1' : 'tokens 1']);
    expect(await site.shown(id)).toMatchObject({ signIn: before ? 'password' : 'google', signInUrl: null });
    expect(await fetched(id)).toBe('done');

    expect(await site.signIn(id, name)).toMatchObject({ login: 'accepted' });
    const [tokens] = await site.secrets(id);
    await dieAt(point, () => site.signIn(id, name));
    const left = await site.secrets(id);
    expect(left).toEqual([before ? tokens : expect.stringMatching(/^tokens \d$/)]);
    expect(left.includes(tokens!)).toBe(before);
    expect(await site.shown(id)).toMatchObject({ status: 'connected', signIn: 'google', signInUrl: null });
    expect(await fetched(id)).toBe('done');
  },
  300_000,
);

it.each(RENEWAL_KILL_POINTS)(
  'after a renewal that is killed at %s, the account works or shows the URL of a new sign-in',
  async (point) => {
    const name = nameOf(point);
    const id = await site.add(name);
    expect(await site.signIn(id, name)).toMatchObject({ login: 'accepted' });
    await site.age(id, 1);
    if (point === 'run-out.erased') site.world.provider.forgetGrants();

    const before = site.renewals;
    await dieAt(point, () => fetched(id));
    if (point === 'renewal.kept') {
      expect(await fetched(id)).toBe('done');
      expect(site.renewals).toBe(before + 1);
      expect(await site.secrets(id)).toEqual(['tokens 1']);
      return;
    }
    expect(await fetched(id)).toBe('sign-in-needed');
    const signInUrl = `/api/oauth/google/start?accountId=${id}`;
    expect(await site.shown(id)).toMatchObject({ status: 'sign-in-needed', signIn: 'google', signInUrl });
    expect(await site.secrets(id)).toEqual([]);

    expect(await site.signIn(id, name)).toMatchObject({ login: 'accepted' });
    expect(await fetched(id)).toBe('done');
    expect(await site.shown(id)).toMatchObject({ status: 'connected', signInUrl: null });
    expect(await site.secrets(id)).toEqual(['tokens 2']);
  },
  300_000,
);
