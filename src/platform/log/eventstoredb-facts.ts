import { jsonEvent } from '@eventstore/db-client';
import type { EventData, JSONType, RecordedEvent } from '@eventstore/db-client';
import { toPosition } from './event-store.js';
import type { FactMetadata, NewFact, StoredFact } from './event-store.js';

/** Stream of one event with the id of the log; that event is no fact. */
export const IDENTITY_STREAM = 'mailroom-log';

/** False for system records, for the event with the id of the log, and for events of other programs. */
export const isFact = <E extends RecordedEvent>(event: E | undefined): event is E =>
  event !== undefined &&
  event.isJson &&
  !event.type.startsWith('$') &&
  event.streamId !== IDENTITY_STREAM &&
  typeof (event.metadata as Partial<FactMetadata> | undefined)?.v === 'number';

export const toEvent = ({ id, type, data, metadata }: NewFact): EventData =>
  jsonEvent({ id, type, data: data as JSONType, metadata: { ...metadata } });

export function toStoredFact(event: RecordedEvent): StoredFact {
  return {
    id: event.id,
    type: event.type,
    data: event.data as object,
    metadata: event.metadata as unknown as FactMetadata,
    stream: event.streamId,
    revision: Number(event.revision),
    position: toPosition(event.position!.commit),
  };
}

/** Bytes as the server counts them against its limit: UTF-16 for the type, UTF-8 JSON for the rest. */
export function bytesOf(facts: readonly NewFact[]): number {
  let bytes = 0;
  for (const { type, data, metadata } of facts) {
    bytes += 2 * type.length + Buffer.byteLength(JSON.stringify(data)) + Buffer.byteLength(JSON.stringify(metadata));
  }
  return bytes;
}
