import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import type { RecordLog, StoredRecord } from './record-log.js';

type ReadCall = ServerWritableStream<streams.ReadReq, streams.ReadResp>;

const SEARCH_WINDOW = 32;

/** Treatment of live subscriptions with readers that are too slow. */
export interface SlowReaders {
  /** events that may wait for a live reader */
  liveBuffer: number;
  /** `abort`: as 22.10 and 23.10 do; `fell-behind`: as servers from 24.2 on do */
  answer: 'abort' | 'fell-behind';
  /** called for each */
  met: () => void;
}

/** Streams.Read: a stream or $all, forwards or backwards; or a subscription to $all from a position. */
export async function serveRead(log: RecordLog, call: ReadCall, slowReaders: SlowReaders): Promise<void> {
  const options = call.request.getOptions()!;
  if (options.hasSubscription()) await subscribe(log, call, options, slowReaders);
  else if (options.hasStream()) await readStream(log, call, options);
  else await readAll(log, call, options);
  call.end();
}

async function readStream(log: RecordLog, call: ReadCall, options: streams.ReadReq.Options): Promise<void> {
  const requested = options.getStream()!;
  const name = nameOf(requested.getStreamIdentifier());
  const records = log.stream(name);
  if (records.length === 0) {
    const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from(name).toString('base64'));
    await write(
      call,
      new streams.ReadResp().setStreamNotFound(new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier)),
    );
    return;
  }
  const from = requested.hasRevision() ? Number(requested.getRevision()) : undefined;
  await writeSome(call, inDirection(records, options, from), options);
}

async function readAll(log: RecordLog, call: ReadCall, options: streams.ReadReq.Options): Promise<void> {
  const position = options.getAll()!.getPosition();
  const from = position && log.records.findIndex((record) => record.position >= BigInt(position.getCommitPosition()));
  await writeSome(call, inDirection(log.records, options, from), options);
}

function inDirection(
  records: readonly StoredRecord[],
  options: streams.ReadReq.Options,
  from: number | undefined,
): StoredRecord[] {
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  return backwards ? records.slice(0, from === undefined ? undefined : from + 1).reverse() : records.slice(from ?? 0);
}

async function writeSome(call: ReadCall, records: StoredRecord[], options: streams.ReadReq.Options): Promise<void> {
  for (const record of records.slice(0, Number(options.getCount()))) {
    if (call.cancelled) return;
    await write(call, eventOf(record));
  }
}

/**
 * Catches up at the pace of the reader, then delivers live. A live reader that is behind by more than a buffer is
 * stopped, or goes back to catching up.
 */
async function subscribe(
  log: RecordLog,
  call: ReadCall,
  options: streams.ReadReq.Options,
  { liveBuffer, answer, met }: SlowReaders,
): Promise<void> {
  const all = options.getAll()!;
  const after = all.hasPosition() ? BigInt(all.getPosition()!.getCommitPosition()) : -1n;
  const wanted = filterOf(options);
  const checkpointEvery = SEARCH_WINDOW * (options.getFilter()?.getCheckpointintervalmultiplier() ?? 0);

  await write(
    call,
    new streams.ReadResp().setConfirmation(
      new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID()),
    ),
  );
  let next = all.hasEnd() ? log.records.length : firstAfter(log.records, after);
  let live = false;
  let behind = false;
  const onAppended = (): void => {
    if (!live) return;
    const waiting = log.records.slice(next).filter(wanted).length;
    if (waiting <= liveBuffer) return;
    live = false;
    behind = true;
    met();
    if (answer === 'abort') call.emit('error', tooSlow());
  };
  log.on('appended', onAppended);
  try {
    for (let seen = 1; !call.cancelled && call.writable && !(behind && answer === 'abort');) {
      const record = log.records[next];
      if (behind) {
        behind = false;
        await write(call, new streams.ReadResp().setFellBehind(new streams.ReadResp.FellBehind()));
      } else if (record) {
        if (wanted(record)) await write(call, eventOf(record));
        if (checkpointEvery > 0 && seen++ % checkpointEvery === 0) await write(call, checkpointAt(record.position));
        next++;
      } else if (!live) {
        live = true;
        await write(call, new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
      } else {
        await firstOf([log, 'appended'], [call, 'cancelled'], [call, 'close']);
      }
    }
  } finally {
    log.off('appended', onAppended);
  }
}

function filterOf(options: streams.ReadReq.Options): (record: StoredRecord) => boolean {
  const filter = options.getFilter()?.getEventType();
  const prefixes = filter?.getPrefixList() ?? [];
  const regex = filter?.getRegex() ? new RegExp(filter.getRegex()) : undefined;
  return ({ type }) =>
    (regex?.test(type) ?? true) && (prefixes.length === 0 || prefixes.some((prefix) => type.startsWith(prefix)));
}

const tooSlow = () =>
  Object.assign(new Error('too slow'), {
    code: status.ABORTED,
    details: 'Consumer too slow to handle event while live. Client resubscription required.',
  });

function firstAfter(records: readonly StoredRecord[], position: bigint): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (records[middle]!.position > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The writer of each call that waits for back-pressure to end. Listeners are added once per call, not per message. */
const writers = new WeakMap<ReadCall, { resume: () => void }>();

async function write(call: ReadCall, message: streams.ReadResp): Promise<void> {
  if (call.cancelled || !call.writable || call.write(message)) return;
  const writer = writers.get(call) ?? { resume: () => undefined };
  if (!writers.has(call)) for (const event of ['drain', 'cancelled', 'close']) call.on(event, () => writer.resume());
  writers.set(call, writer);
  await new Promise<void>((resolve) => (writer.resume = resolve));
}

/** Waits for the first of the events, and then removes all its listeners. */
async function firstOf(...events: [EventEmitter, string][]): Promise<void> {
  const ended = new AbortController();
  await Promise.race(events.map(([source, event]) => once(source, event, { signal: ended.signal }).catch(() => {})));
  ended.abort();
}

const checkpointAt = (position: bigint): streams.ReadResp =>
  new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint().setCommitPosition(position.toString()).setPreparePosition(position.toString()),
  );

function eventOf(record: StoredRecord): streams.ReadResp {
  const position = record.position.toString();
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(record.id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(record.stream).toString('base64')))
    .setStreamRevision(record.revision.toString())
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(record.data)
    .setCustomMetadata(record.metadata);
  event
    .getMetadataMap()
    .set('type', record.type)
    .set('content-type', record.contentType)
    .set('created', record.created.toString());
  return new streams.ReadResp().setEvent(new streams.ReadResp.ReadEvent().setEvent(event).setCommitPosition(position));
}

export const nameOf = (identifier: shared.StreamIdentifier | undefined): string =>
  Buffer.from(identifier!.getStreamName_asU8()).toString('utf8');

export const nothing = (): shared.Empty => new shared.Empty();
