import { readdir, readFile } from 'node:fs/promises';

/** Clock ticks per second in /proc (USER_HZ), the same on every Linux. */
const TICKS = 100;

interface Process {
  pid: number;
  parent: number;
  command: string;
  /** seconds of its own; of its ended children */
  own: number;
  ended: number;
}

async function processes(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return all.flatMap((stat) => {
    const [, pid, command, rest] = /^(\d+) \((.*)\) (.*)$/s.exec(stat) ?? [];
    if (rest === undefined) return [];
    const fields = rest.split(' ').map(Number);
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15) as [number, number, number, number];
    return [
      {
        pid: Number(pid),
        parent: fields[1]!,
        command: command!,
        own: (user + system) / TICKS,
        ended: (endedUser + endedSystem) / TICKS,
      },
    ];
  });
}

/** Processor time in seconds of a process with all its threads. */
export const processorTime = async (pid: number): Promise<number> =>
  (await processes()).find((each) => each.pid === pid)!.own;

/** Processor time in seconds of the PostgreSQL that this process started, with all its children. */
export async function processorTimeOfPostgres(): Promise<number> {
  const all = await processes();
  const servers = all.filter(({ parent, command }) => parent === process.pid && command === 'postgres');
  const sum = (list: readonly Process[]): number => list.reduce((total, { own, ended }) => total + own + ended, 0);
  return sum(servers) + sum(all.filter(({ parent }) => servers.some(({ pid }) => pid === parent)));
}
