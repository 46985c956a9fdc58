/** Types that all deciders share. Imports nothing: rules are plain functions over plain data. */

export interface Fact<T extends string = string, D extends object = object> {
  type: T;
  data: D;
}

export type DataOf<F extends Fact, T extends F['type']> = Extract<F, { type: T }>['data'];

/** Class of a refusal; decides the status of the answer. */
export type RefusalKind =
  | 'invalid'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'gone'
  | 'stale'
  | 'unprocessable'
  | 'too-large'
  | 'too-many'
  | 'unavailable';

/** A broken rule. `reason` is a stable kebab-case sentence of the public interface; `detail` is for people. */
export class Refused extends Error {
  constructor(
    readonly reason: string,
    readonly kind: RefusalKind = 'conflict',
    readonly detail?: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(reason);
    this.name = 'Refused';
  }
}

/**
 * Refusal as not found of a thing that exists, in an account that the caller may not see; attempts record the account.
 */
export class Hidden extends Refused {
  constructor(
    reason: string,
    readonly accountId: string,
  ) {
    super(reason, 'not-found');
  }
}

export type Role = 'administrator' | 'user' | 'auditor';

/** Author of a command: a person, a service token, or the system itself (a saga, the mail worker). */
export interface Actor {
  id: string;
  role: Role | 'system';
}

export const isAdministrator = (actor: Actor): boolean => actor.role === 'administrator' || actor.role === 'system';

/** State and its fold; `evolve` gets facts in the order of their stream. */
export interface Decider<S, F extends Fact> {
  initial: S;
  evolve(state: S, fact: F): S;
  /**
   * Facts that make the state. `all` (default) · `cached`: all of them, with the state of a long stream kept in memory;
   * not for personal data, which an erasure must reach · `last`: the last fact alone, for facts that repeat the whole
   * state · a number: that many of the last facts.
   */
  reads?: 'all' | 'cached' | 'last' | number;
}

/**
 * Beside each fact type: its shape version, its personal fields (sealed under the data key that `key` names, read as
 * `null` once that key is destroyed), and upcasters of older shapes to the next version.
 */
export interface FactShape<D extends object> {
  v: number;
  personal?: { key: (data: D) => string; fields: (keyof D & string)[] };
  upcast?: Record<number, (old: Record<string, unknown>) => Record<string, unknown>>;
}

export type FactShapes<F extends Fact> = { [T in F['type']]: FactShape<DataOf<F, T>> };
