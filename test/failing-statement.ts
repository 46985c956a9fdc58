import pg from 'pg';

type Query = (this: pg.Client, ...given: unknown[]) => unknown;
type Callback = (error: Error | null, result?: unknown) => void;

interface Breaking {
  statements(): number;
  /** Neither breaks nor counts statements while `work` runs. */
  spare<T>(work: () => Promise<T>): Promise<T>;
  restore(): void;
}

/**
 * Breaks the connection of the n-th statement of this process, before PostgreSQL gets the statement or after it was
 * executed.
 */
export function breakStatement(n: number, when: 'before' | 'after'): Breaking {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  let statements = 0;
  let sparing = false;
  prototype.query = function (...given) {
    const text = typeof given[0] === 'string' ? given[0] : (given[0] as { text?: string }).text;
    if (text === undefined || sparing || ++statements !== n) return query.apply(this, given);
    const broken = (): Error => {
      (this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      return Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    };
    const last = given.at(-1);
    if (typeof last !== 'function') {
      const done = when === 'before' ? Promise.resolve() : (query.apply(this, given) as Promise<unknown>);
      return done.then(() => Promise.reject(broken()));
    }
    const callback = last as Callback;
    if (when === 'before') setImmediate(() => callback(broken()));
    else query.apply(this, [...given.slice(0, -1), (error: Error | null) => callback(error ?? broken())]);
    return undefined;
  };
  return {
    statements: () => statements,
    spare: async (work) => {
      sparing = true;
      return work().finally(() => (sparing = false));
    },
    restore: () => void (prototype.query = query),
  };
}
