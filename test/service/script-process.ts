import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { KillPoint } from '../crash/kill-points.js';
import { BUNDLE, KILL_AT } from './service-process.js';

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** standard output and standard error */
  output: string;
}

type Script = 'export' | 'import' | 'rebuild-projection' | 'show-log';

/** Runs a command of the operator as a process of its own. @param killAt `<step>#<n>` */
export async function runScript(
  name: Script,
  word: string,
  env: Record<string, string>,
  killAt?: `${KillPoint}#${number}`,
): Promise<Ended> {
  const child = spawn(process.execPath, ['--no-warnings', '--import', KILL_AT, join(BUNDLE, `${name}.js`), word], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      NODE_ENV: 'test',
      ...env,
      ...(killAt && { MAILROOM_KILL_AT: killAt }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, output };
}
