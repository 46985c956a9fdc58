import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { KILL_AT } from '../service/service-process.js';
import { destroy, type DestroyingSite, type Parts, type Recorded } from './destroying-site.js';
import { Aborted, Interruption } from './interruption.js';
import type { KillPoint } from './kill-points.js';

const interrupted = (interruption: Interruption, { decide, keys, blobs }: Parts): Parts => ({
  decide: interruption.of(decide),
  keys: interruption.of(keys),
  blobs: interruption.of(blobs),
});

const idsOf = (all: readonly Recorded[]): string[] => all.map(({ id }) => id);

/** One destruction that stops at a call, and its repetition. @returns false if it had fewer calls */
export async function abortedAt(site: DestroyingSite, at: number, after: boolean): Promise<boolean> {
  const { platform } = site;
  const all = await site.record(6);
  const [left, ...gone] = all as [Recorded, ...Recorded[]];
  const interruption = new Interruption(at, after);
  const stopped = await destroy(platform, idsOf(gone), interrupted(interruption, platform)).then(
    () => false,
    (error: unknown) => {
      if (!(error instanceof Aborted)) throw error;
      return true;
    },
  );
  await destroy(platform, idsOf(gone));
  for (const one of gone) await site.isDestroyed(one);
  await site.isWhole(left);
  return stopped;
}

/** Stops destructions before and after each of their calls. @returns number of destructions that were stopped */
export async function abortsAtEveryCall(site: DestroyingSite): Promise<number> {
  let stopped = 0;
  for (const after of [false, true]) for (let at = 1; await abortedAt(site, at, after); at++) stopped++;
  return stopped;
}

const PROGRAM = `
  import { destroy, openTool } from '${new URL('./destroying-site.js', import.meta.url).href}';
  const [, dataDir, url, ids] = process.argv;
  const platform = await openTool(dataDir, url);
  console.log('begins');
  await destroy(platform, ids.split(','));
  await platform.close();
`;

/** Kills the process of a destruction at a step, or some milliseconds after its begin; then repeats it. */
export async function killedWhileDestroying(
  site: DestroyingSite,
  kill: { point: KillPoint; n: number } | { afterMs: number },
  count = 6,
): Promise<void> {
  const all = await site.record(count);
  const [left, ...gone] = all as [Recorded, ...Recorded[]];
  const killAt = 'point' in kill ? `${kill.point}#${kill.n}` : 'nowhere';
  const args = ['--no-warnings', '--import', KILL_AT, '--input-type=module', '--eval', PROGRAM];
  const child = spawn(process.execPath, [...args, site.dataDir, site.databaseUrl, idsOf(gone).join(',')], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'test', MAILROOM_KILL_AT: killAt },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if ('afterMs' in kill) child.stdout.once('data', () => void pause(kill.afterMs).then(() => child.kill('SIGKILL')));
  else child.stdout.resume();
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if ('point' in kill) assert.equal(signal, 'SIGKILL');
  else assert.ok(signal === 'SIGKILL' || code === 0);
  await destroy(site.platform, idsOf(gone));
  for (const one of gone) await site.isDestroyed(one);
  await site.isWhole(left);
}
