import { allOf } from './requests.js';
import { RunningService } from './running-service.js';

/** Origin of a failed login in the record of attempts. */
async function failedFrom(trustedProxies: readonly string[], forwarded: string): Promise<string | null> {
  const service = await RunningService.start({ config: { trustedProxies } });
  try {
    const admin = await service.signedIn();
    const stranger = service.nobody.with({ 'X-Forwarded-For': forwarded });
    expect((await stranger.post('/api/session', { email: 'nobody@mailroom.test', password: 'wrong' })).status).toBe(
      401,
    );
    await service.settled();
    const [attempt] = await allOf<{ from: string | null }>(admin, '/api/attempts');
    return attempt!.from;
  } finally {
    await service.stop();
  }
}

it('records the address that a trusted proxy forwards, not the address that the client claims', async () => {
  expect(await failedFrom(['127.0.0.0/8'], '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9');
}, 60_000);

it('ignores forwarded addresses without a trusted proxy', async () => {
  expect(await failedFrom([], '203.0.113.9')).toBe('127.0.0.1');
}, 60_000);
