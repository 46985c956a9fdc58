import { Piscina } from 'piscina';

type Options = Omit<NonNullable<ConstructorParameters<typeof Piscina>[0]>, 'filename' | 'execArgv'>;

/**
 * Threads that run the tasks a module exports, as many as there is work for: idle ones end by themselves and keep no process alive.
 * The worker is TypeScript like everything else. Built, it lies as JavaScript where `worker` says. Under jest there is only
 * TypeScript, and threads do not go through jest: there Node is given a loader that compiles as jest does.
 * @param worker URL of the module, as it is called once built
 */
export function threadsOf(worker: URL, options: Options): Piscina {
  const asSource = import.meta.url.endsWith('.ts');
  const loader = new URL('../../test/setup/typescript-loader.mjs', import.meta.url).href;
  const pool = new Piscina({
    filename: asSource ? worker.href.replace(/\.js$/, '.ts') : worker.href,
    execArgv: asSource ? ['--import', loader] : [],
    minThreads: 0,
    ...options,
  });
  // Without a listener a thread that fails while it has no task would end the process.
  pool.on('error', () => undefined);
  return pool;
}
