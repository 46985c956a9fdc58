import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';

/** A mail server of others, with one account. */
export interface Peer {
  port: number;
  stop(): Promise<void>;
}

/** Starts a program that ends with this process at the latest. */
export function spawnHere(program: string, words: string[], options: SpawnOptions): ChildProcess {
  const child = spawn(program, words, options);
  const kill = (): void => void child.kill('SIGTERM');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  return child;
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
