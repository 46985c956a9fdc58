import type { Decided } from '../commands/decide.js';

/** What every command answers. */
export class CommandAnswer {
  /** of what was made */
  id?: string;
  /** of the stream, after the command */
  revision!: number;
  /** a query with `X-Wait-For: <position>` shows this change */
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

/** Positions order as strings. */
export const laterOf = (one: string, other: string): string => (one > other ? one : other);
