import type { Person } from '../../src/access/access.js';
import { mayActFor } from '../../src/platform/auth/caller.js';
import type { Role } from '../../src/platform/domain.js';
import type { LiveStream } from './live-stream.js';
import { mayKnow, type Rights, type Told } from './telling.js';

/** Who follows: a person, a service by its token, or a service for a person. */
export interface Who {
  userId: string | null;
  tokenId: string | null;
}

export interface Viewer {
  who: Who;
  streams: Set<LiveStream>;
  /** undefined: not known yet, or none any more */
  rights: Rights | undefined;
  /** before what is being told now */
  before: Rights | undefined;
  /** which asking these rights come from */
  turn: number;
}

/** Those who follow, each with his streams: what they may know is asked once for each of them. */
export class Viewers {
  private readonly byName = new Map<string, Viewer>();
  /** how many streams are open */
  streams = 0;

  /** The stream leaves by itself when it closes. */
  add(who: Who, stream: LiveStream): Viewer {
    const name = `${who.userId ?? ''} ${who.tokenId ?? ''}`;
    const viewer: Viewer = this.byName.get(name) ?? {
      who,
      streams: new Set(),
      rights: undefined,
      before: undefined,
      turn: 0,
    };
    this.byName.set(name, viewer);
    viewer.streams.add(stream);
    this.streams++;
    const leave = (): void => {
      if (!viewer.streams.delete(stream)) return;
      this.streams--;
      if (viewer.streams.size === 0 && this.byName.get(name) === viewer) this.byName.delete(name);
    };
    stream.closed.addEventListener('abort', leave, { once: true });
    if (stream.closed.aborted) leave();
    return viewer;
  }

  all(): Viewer[] {
    return [...this.byName.values()];
  }

  allStreams(): LiveStream[] {
    return this.all().flatMap(({ streams }) => [...streams]);
  }
}

export const mayBeTold = ({ rights, before }: Viewer, told: Told): boolean =>
  (rights !== undefined && mayKnow(rights, told)) ||
  (told.last === true && before !== undefined && mayKnow(before, told));

/** As the guard of every request decides it; undefined when he may not follow any more. */
export function rightsOf(
  { userId, tokenId }: Who,
  people: ReadonlyMap<string, Person>,
  tokens: ReadonlyMap<string, Role>,
): Rights | undefined {
  const tokenRole = tokenId === null ? undefined : tokens.get(tokenId);
  if (tokenId !== null && tokenRole === undefined) return undefined;
  if (userId === null) return tokenRole && { role: tokenRole, userId, accounts: new Set() };
  const person = people.get(userId);
  if (!person || (tokenRole && !mayActFor(tokenRole, person.role))) return undefined;
  return { role: person.role, userId, accounts: person.accounts };
}
