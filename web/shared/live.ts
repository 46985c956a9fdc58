import type { Schemas } from './api.js';
import { readUpTo } from './positions.js';
import { ServerEvents } from './server-events.js';

export type LiveEvent = Schemas['LiveEvent'];
/** `away`: the stream is interrupted, and the page may show outdated data. */
export type LiveState = 'live' | 'away';

type Shared = { event: LiveEvent } | { lastId: string } | { state: LiveState };

const NAME = 'mailroom-live';
/** The service shows every 20 seconds that the stream is alive. */
const SILENT_MS = 50_000;
const RESET: LiveEvent = { kind: 'reset', id: null, accountId: null, position: '' };

/** Events of other tabs that are kept before this tab follows them; more become a reset. */
const MOST_EARLY = 100;

/** Events of other tabs, heard from the start of the page on: the first queries come before `Live` starts. */
class Tabs {
  private readonly channel = new BroadcastChannel(NAME);
  private early: Shared[] = [];
  private listener: ((shared: Shared) => void) | undefined;

  constructor() {
    this.channel.addEventListener('message', ({ data }: MessageEvent<Shared>) => {
      if (this.listener) return this.listener(data);
      this.early = this.early.length < MOST_EARLY ? [...this.early, data] : [{ event: RESET }, data];
    });
  }

  hear(listener: (shared: Shared) => void): void {
    this.listener = listener;
    for (const shared of this.early) listener(shared);
    this.early = [];
  }

  leave(): void {
    this.listener = undefined;
  }

  tell(shared: Shared): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel belongs to one origin
    this.channel.postMessage(shared);
  }
}

const tabs = new Tabs();

/**
 * One stream of a browser, shared by its tabs: the tab that holds the lock reads the stream and passes the events on.
 * When that tab closes, another tab gets the lock and goes on after the last event.
 */
export class Live {
  private readonly ending = new AbortController();
  private lastId: string | undefined;

  constructor(
    private readonly onEvent: (event: LiveEvent) => void,
    private readonly onState: (state: LiveState) => void,
  ) {}

  start(): void {
    tabs.hear((shared) => this.take(shared));
    const { signal } = this.ending;
    navigator.locks.request(NAME, { signal }, () => this.lead()).catch(() => undefined);
  }

  stop(): void {
    this.ending.abort();
    tabs.leave();
  }

  private take(shared: Shared): void {
    if ('event' in shared) this.onEvent(shared.event);
    else if ('state' in shared) this.onState(shared.state);
    else this.lastId = shared.lastId;
  }

  private share(shared: Shared): void {
    tabs.tell(shared);
    this.take(shared);
  }

  private async lead(): Promise<void> {
    const { signal } = this.ending;
    for (let failures = 0; !signal.aborted; failures++) {
      const began = Date.now();
      await this.read().catch(() => undefined);
      if (signal.aborted) return;
      if (Date.now() - began > SILENT_MS) failures = 0;
      this.share({ state: 'away' });
      await new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** failures, 4000) * (0.5 + Math.random())));
    }
  }

  private async read(): Promise<void> {
    const silence = new AbortController();
    const signal = AbortSignal.any([this.ending.signal, silence.signal]);
    let timer = setTimeout(() => silence.abort(), SILENT_MS);
    try {
      const after = this.lastId ?? readUpTo();
      const headers: HeadersInit = after === undefined ? {} : { 'Last-Event-ID': after };
      const { ok, body } = await fetch('/api/live', { headers, signal });
      if (!ok || body === null) return;
      this.share({ state: 'live' });
      // Changes between the first queries and the stream are unknown.
      if (after === undefined) this.share({ event: RESET });
      const events = new ServerEvents();
      for await (const piece of pieces(body)) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENT_MS);
        for (const { id, data } of events.take(piece)) {
          if (id !== undefined) this.share({ lastId: id });
          if (data !== undefined) this.share({ event: JSON.parse(data) as LiveEvent });
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}
