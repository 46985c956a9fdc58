import type { Decided } from '../commands/decide.js';

/** Answer of a command. */
export class CommandAnswer {
  /** Id of the resource that the command made or changed; may be absent when the path names it. */
  id?: string;
  /** Revision of the resource after the command, for `If-Match`. */
  revision!: number;
  /** Position of the change: a query with `X-Wait-For: <position>` shows the change. */
  position!: string;
}

export const answer = (
  { revision, position }: Pick<Decided<unknown>, 'revision' | 'position'>,
  id?: string,
): CommandAnswer => ({
  ...(id === undefined ? {} : { id }),
  revision,
  position,
});

/** Later of two positions; positions order as strings. */
export const laterOf = (one: string, other: string): string => (one > other ? one : other);
