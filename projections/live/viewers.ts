import type { Person } from '../../src/access/access.js';
import { mayActFor } from '../../src/platform/auth/caller.js';
import type { Role } from '../../src/platform/domain.js';
import { type Delivery, mayKnow, type Rights } from './deliveries.js';
import type { LiveStream } from './live-stream.js';

/** A person, a service with its token, or a service on behalf of a person. */
export interface Identity {
  userId: string | null;
  tokenId: string | null;
}

export interface Viewer {
  identity: Identity;
  streams: Set<LiveStream>;
  /** undefined: not yet known, or none any more */
  rights: Rights | undefined;
  /** rights before the facts of the current batch */
  before: Rights | undefined;
  /** number of the refresh that read the rights */
  refresh: number;
}

const nameOf = ({ userId, tokenId }: Identity): string => `${userId ?? ''} ${tokenId ?? ''}`;

/** The clients, by identity: rights are read once for all streams of an identity. */
export class Viewers {
  private readonly byName = new Map<string, Viewer>();
  /** number of open streams */
  streams = 0;

  streamsOf(identity: Identity): number {
    return this.byName.get(nameOf(identity))?.streams.size ?? 0;
  }

  /** The stream is removed when it closes. */
  add(identity: Identity, stream: LiveStream): Viewer {
    const name = nameOf(identity);
    const viewer: Viewer = this.byName.get(name) ?? {
      identity,
      streams: new Set(),
      rights: undefined,
      before: undefined,
      refresh: 0,
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

export const mayReceive = ({ rights, before }: Viewer, delivery: Delivery): boolean =>
  (rights !== undefined && mayKnow(rights, delivery)) ||
  (delivery.last === true && before !== undefined && mayKnow(before, delivery));

/** Rights by the rules of the guard of every request; undefined: no access any more. */
export function rightsOf(
  { userId, tokenId }: Identity,
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
