import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { Live, type LiveEvent, type LiveState } from '../shared/live.js';
import { expectPosition } from '../shared/positions.js';
import { isCount, recount } from '../shared/recount.js';

type Kind = LiveEvent['kind'];

/** Queries that show a kind of resource, by the first word of their key. */
const SHOWN_BY: Record<Exclude<Kind, 'reset'>, readonly string[]> = {
  access: ['me', 'accounts', 'account', 'access', 'history', 'folders', 'messages', 'calendar'],
  account: ['accounts', 'account', 'history', 'access', 'autoresponder'],
  company: ['companies', 'company'],
  contact: ['contacts', 'contact'],
  draft: ['messages', 'calendar', 'draft', 'thread'],
  erasure: ['erasures'],
  fetch: ['fetches', 'fetch', 'gaps', 'accounts', 'account'],
  folder: ['folders', 'gaps'],
  message: ['messages', 'calendar', 'message', 'thread', 'folders', 'accounts', 'outbox', 'autoresponder'],
  notification: ['notifications'],
  presence: ['presence'],
  task: ['tasks', 'task'],
  token: ['tokens'],
  user: ['users', 'people', 'me'],
};
/** Events of one change come together, and a fetch brings many: one round of queries answers them all. */
const GATHERED_MS = 250;

let state: LiveState = 'live';
const watchers = new Set<() => void>();

/** `away` while the page does not hear of changes. */
export const useLiveState = (): LiveState =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => state,
  );

/** Follows the live stream while it is mounted. */
export function LiveUpdates(): ReactNode {
  const client = useQueryClient();
  useEffect(() => {
    const gathered = new Gathered(client);
    const live = new Live(
      (event) => gathered.add(event),
      (next) => {
        state = next;
        // The log holds no presence, so a stream does not repeat it.
        if (next === 'live') void client.invalidateQueries({ queryKey: ['presence'] });
        for (const watcher of watchers) watcher();
      },
    );
    live.start();
    return () => live.stop();
  }, [client]);
  return null;
}

class Gathered {
  private readonly events: LiveEvent[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: QueryClient) {}

  add(event: LiveEvent): void {
    this.events.push(event);
    this.timer ??= setTimeout(() => this.apply(), GATHERED_MS);
  }

  private apply(): void {
    this.timer = undefined;
    const events = this.events.splice(0);
    for (const { position } of events) if (position !== '') expectPosition(position);
    if (events.some(({ kind }) => kind === 'reset')) return void this.client.invalidateQueries();
    const kinds = new Set(events.map(({ kind }) => kind as Exclude<Kind, 'reset'>));
    const shown = new Set([...kinds].flatMap((kind) => SHOWN_BY[kind]));
    recount([...shown].filter(isCount));
    const words = new Set([...shown].filter((word) => !isCount(word)));
    const idsOf = (kind: Kind) => new Set(events.filter((event) => event.kind === kind).map(({ id }) => id));
    const [messages, presences] = [idsOf('message'), idsOf('presence')];
    void this.client.invalidateQueries({ predicate: ({ queryKey }) => isNamed(queryKey, words, messages, presences) });
  }
}

/** An opened message is loaded again only if an event names that message, or many at once. */
function isNamed(
  [word, id]: QueryKey,
  words: ReadonlySet<string>,
  messages: ReadonlySet<string | null>,
  presences: ReadonlySet<string | null>,
): boolean {
  if (!words.has(String(word))) return false;
  if (word === 'presence') return presences.has(id as string);
  return word !== 'message' || messages.has(null) || messages.has(id as string);
}
