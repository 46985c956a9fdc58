import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { START, toPosition } from '../../src/platform/log/event-store.js';
import { LiveStream } from './live-stream.js';
import { type Delivery, frameOf } from './deliveries.js';

const at = (n: number): Delivery => ({
  ...{ accountId: null, to: 'mail-module', position: toPosition(n) },
  frame: frameOf('company', `c${n}`, null, toPosition(n)),
});
const everything = (): boolean => true;
const deliver = (stream: LiveStream, ...deliveries: Delivery[]): void =>
  stream.deliver(deliveries, everything, () => deliveries.map(({ frame }) => frame).join(''));

function stream(): { stream: LiveStream; out: PassThrough; read: () => string[] } {
  const out = new PassThrough({ highWaterMark: 1024 });
  const read = (): string[] => [...String(out.read() ?? '').matchAll(/"id":"(\w+)"/g)].map(([, id]) => id!);
  return { stream: new LiveStream(out, 'of a session'), out, read };
}

describe('a live stream', () => {
  it('sends missed events first, then events that arrived meanwhile, then live events', async () => {
    const { stream: one, read } = stream();
    deliver(one, at(4));
    const begun = one.begin('', [at(2), at(3)], toPosition(1), everything);
    deliver(one, at(5));
    await begun;
    deliver(one, at(6));
    expect(read()).toEqual(['c2', 'c3', 'c4', 'c5', 'c6']);
  });

  it('sends no event twice to a client that is ahead of this process', async () => {
    const { stream: one, read } = stream();
    await one.begin('', [], toPosition(3), everything);
    deliver(one, at(2), at(3), at(4));
    deliver(one, at(5));
    expect(read()).toEqual(['c4', 'c5']);
  });

  it('sends missed events at the pace of the client', async () => {
    const { stream: one, out } = stream();
    const missed = Array.from({ length: 1000 }, (_, n) => at(n + 1));
    const begun = one.begin('', missed, START, everything);
    let read = '';
    out.on('data', (text: Buffer) => (read += text.toString()));
    await begun;
    expect(read.match(/^id: /gm)).toHaveLength(1000);
  });

  it('sends missed events of one fact together', async () => {
    const { stream: one, out } = stream();
    const missed = Array.from({ length: 400 }, (_, n) => at(Math.ceil(n / 3)));
    const begun = one.begin('', missed, toPosition(0), everything);
    let read = '';
    out.on('data', (text: Buffer) => (read += text.toString()));
    await begun;
    expect(read.match(/^id: /gm)).toHaveLength(399);
  });

  it('ends when too many bytes are unread', async () => {
    const { stream: one, out } = stream();
    await one.begin('', [], START, everything);
    let sent = 0;
    while (!out.destroyed && sent < 10_000) deliver(one, at(++sent));
    await once(out, 'close');
    expect(one.closed.aborted).toBe(true);
    expect(sent * at(1).frame.length).toBeLessThan(2 * 256 * 1024);
  });

  it('ends when the client reads nothing between two beats', async () => {
    const { stream: one, out } = stream();
    await one.begin('', [], START, everything);
    for (let n = 1; n < 40; n++) deliver(one, at(n));
    one.beat(toPosition(40));
    expect(out.destroyed).toBe(false);
    one.beat(toPosition(40));
    await once(out, 'close');
    expect(one.closed.aborted).toBe(true);
  });

  it('sends a beat as a comment with the position to resume from', async () => {
    const { stream: one, out } = stream();
    await one.begin('', [], toPosition(3), everything);
    one.beat(toPosition(7));
    expect(String(out.read())).toBe(`: still here\nid: ${toPosition(7)}\n\n`);
  });
});
