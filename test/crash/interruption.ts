/** Reason of a stop, as if the process were dead. */
export class Aborted extends Error {}

/** Counts the calls of methods, and fails at one of them and at all later ones, as if the process were dead. */
export class Interruption {
  calls = 0;
  private isDead = false;

  /** @param at number of the call; `after`: the call is carried out, and its answer is lost */
  constructor(
    private readonly at: number,
    private readonly after: boolean,
  ) {}

  /** Each later call fails. */
  stop(): void {
    this.isDead = true;
  }

  /** @param free methods that are not counted, such as the end of a connection */
  of<T extends object>(part: T, free: readonly (keyof T)[] = []): T {
    return new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function' || free.includes(name as keyof T)) return value;
        return (...args: unknown[]): unknown => {
          const call = ++this.calls;
          if (this.isDead || call > this.at || (call === this.at && !this.after)) throw new Aborted();
          const answer: unknown = (value as (...all: unknown[]) => unknown).apply(target, args);
          if (call < this.at || !(answer instanceof Promise)) return answer;
          return answer.then(() => {
            throw new Aborted();
          });
        };
      },
    });
  }
}
