import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { KillPoint } from '../crash/kill-points.js';

const KILL_AT = new URL('../crash/kill-at.mjs', import.meta.url).href;

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
  const script = fileURLToPath(new URL(`../../scripts/${name}.js`, import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', '--import', KILL_AT, script, word], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test', ...env, ...(killAt && { MAILROOM_KILL_AT: killAt }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, output };
}
