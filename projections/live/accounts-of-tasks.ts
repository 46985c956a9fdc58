import pLimit from 'p-limit';
import type { FactLog, Recorded } from '../../src/platform/log/fact-log.js';
import { type TaskEvent, taskStream } from '../../src/tasks/task.events.js';

/** account id by task id */
export type AccountsOfTasks = ReadonlyMap<string, string>;

const limit = pLimit(8);

/** Reads the account of each task from the first fact of the task: later facts do not name it. */
export async function accountsOfTasks(log: FactLog, facts: readonly Recorded[]): Promise<AccountsOfTasks> {
  const tasks = new Set<string>();
  for (const { type, data } of facts)
    if (type !== 'TaskCreated' && type.startsWith('Task')) tasks.add((data as { taskId: string }).taskId);
  const found = new Map<string, string>();
  await Promise.all(
    [...tasks].map((taskId) =>
      limit(async () => {
        const account = await accountOf(log, taskId);
        if (account !== undefined) found.set(taskId, account);
      }),
    ),
  );
  return found;
}

async function accountOf(log: FactLog, taskId: string): Promise<string | undefined> {
  for await (const { type, data } of log.store.read(taskStream(taskId), { limit: 1 }))
    if (type === ('TaskCreated' satisfies TaskEvent['type'])) return (data as { accountId: string }).accountId;
  return undefined;
}
