import { Piscina } from 'piscina';

type Options = Omit<NonNullable<ConstructorParameters<typeof Piscina>[0]>, 'filename' | 'execArgv'>;

/**
 * Worker threads for the tasks of a module, at most as many as there is work for. Idle threads end; none keeps the
 * process alive.
 * @param worker URL of the module
 */
export function threadsOf(worker: URL, options: Options): Piscina {
  const pool = new Piscina({ filename: worker.href, minThreads: 0, ...options });
  // Without a listener, a thread that fails between two tasks would end the process.
  pool.on('error', () => undefined);
  return pool;
}
