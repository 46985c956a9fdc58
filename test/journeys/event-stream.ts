import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Requests } from './requests.js';

export interface LiveEvent {
  kind: string;
  id: string | null;
  accountId: string | null;
  position: string;
  /** only of `presence` */
  userId?: string;
  state?: string;
}

/** An open `GET /api/live` of one caller. */
export class EventStream {
  readonly events: LiveEvent[] = [];
  /** value that a browser would send as Last-Event-ID */
  lastEventId = '';
  comments = 0;
  ended = false;
  private rest = '';
  private changed: () => void = () => undefined;

  private constructor(
    private readonly answer: IncomingMessage,
    readonly headers: IncomingHttpHeaders,
  ) {
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => this.read(text));
    for (const end of ['end', 'close', 'error'])
      answer.on(end, () => {
        this.ended = true;
        this.changed();
      });
  }

  /** Waits for the first event id. @throws Error with the status when the stream is refused */
  static async open({ url, headers }: Requests, lastEventId?: string): Promise<EventStream> {
    const asking = request(new URL('/api/live', url), {
      agent: false,
      headers: { ...headers, ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }) },
    });
    asking.end();
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    if (answer.statusCode !== 200) {
      answer.resume();
      throw new Error(`refused: ${answer.statusCode}`);
    }
    const stream = new EventStream(answer, answer.headers);
    await stream.until(() => stream.lastEventId !== '');
    return stream;
  }

  /** The first event with these values; waits for it if it has not come yet. */
  async event(like: Partial<LiveEvent>): Promise<LiveEvent> {
    const found = (): LiveEvent | undefined =>
      this.events.find((event) =>
        Object.entries(like).every(([name, value]) => event[name as keyof LiveEvent] === value),
      );
    await this.until(() => found() !== undefined);
    return found()!;
  }

  async end(): Promise<void> {
    await this.until(() => this.ended);
  }

  close(): void {
    this.answer.destroy();
  }

  private async until(so: () => boolean): Promise<void> {
    while (!so()) {
      if (this.ended) throw new Error(`the stream has ended after ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => (this.changed = resolve));
    }
  }

  private read(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop()!;
    for (const block of blocks)
      for (const line of block.split('\n')) {
        if (line.startsWith(':')) this.comments++;
        if (line.startsWith('id: ')) this.lastEventId = line.slice('id: '.length);
        if (line.startsWith('data: ')) this.events.push(JSON.parse(line.slice('data: '.length)) as LiveEvent);
      }
    this.changed();
  }
}
