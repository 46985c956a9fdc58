import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpc from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import { proposedRecord } from './appending.js';
import type { MayAnswer } from './appending.js';
import { nameOf, nothing } from './reading.js';
import type { AppendOutcome, Expected, ProposedRecord, RecordLog } from './record-log.js';

/** Streams.BatchAppend: many appends per call, each in one or more messages, each answered with its correlation id. */
export async function serveBatchAppend(
  log: RecordLog,
  call: ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>,
  mayAnswer: MayAnswer,
): Promise<void> {
  const unfinished = new Map<string, { options: streams.BatchAppendReq.Options; proposed: ProposedRecord[] }>();
  for await (const request of call as AsyncIterable<streams.BatchAppendReq>) {
    const correlationId = request.getCorrelationId()!;
    const key = correlationId.getString();
    const append = unfinished.get(key) ?? { options: request.getOptions()!, proposed: [] };
    unfinished.set(key, append);
    append.proposed.push(...request.getProposedMessagesList().map(proposedRecord));
    if (!request.getIsFinal()) continue;
    unfinished.delete(key);
    const identifier = append.options.getStreamIdentifier();
    const outcome = log.append(nameOf(identifier), expectedBy(append.options), append.proposed);
    if (!mayAnswer() || call.cancelled || !call.writable) continue;
    const answer = new streams.BatchAppendResp().setCorrelationId(correlationId).setStreamIdentifier(identifier);
    if (outcome.kind === 'stored') answer.setSuccess(success(outcome));
    else answer.setError(outcome.kind === 'too-large' ? tooLarge(outcome.limit) : wrongVersion(outcome));
    call.write(answer);
  }
  call.end();
}

function expectedBy(options: streams.BatchAppendReq.Options): Expected {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  return options.hasStreamPosition() ? BigInt(options.getStreamPosition()) : 'any';
}

function success({ revision, position }: AppendOutcome & { kind: 'stored' }): streams.BatchAppendResp.Success {
  const at = new shared.AllStreamPosition()
    .setCommitPosition(position.toString())
    .setPreparePosition(position.toString());
  return new streams.BatchAppendResp.Success().setCurrentRevision(revision.toString()).setPosition(at);
}

function wrongVersion({ current, expected }: AppendOutcome & { kind: 'wrong-version' }): rpc.Status {
  const wrong = new shared.WrongExpectedVersion();
  if (current === undefined) wrong.setCurrentNoStream(nothing());
  else wrong.setCurrentStreamRevision(current.toString());
  if (expected === 'no-stream') wrong.setExpectedNoStream(nothing());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(nothing());
  else if (expected === 'any') wrong.setExpectedAny(nothing());
  else wrong.setExpectedStreamPosition(expected.toString());
  return refusal(status.FAILED_PRECONDITION, 'WrongExpectedVersion', wrong.serializeBinary());
}

const tooLarge = (limit: number): rpc.Status =>
  refusal(
    status.INVALID_ARGUMENT,
    'MaximumAppendSizeExceeded',
    new shared.MaximumAppendSizeExceeded().setMaxappendsize(limit).serializeBinary(),
  );

function refusal(code: number, name: string, bytes: Uint8Array): rpc.Status {
  const details = new anyPb.Any();
  details.pack(bytes, `event_store.client.${name}`);
  return new rpc.Status().setCode(code).setMessage(name).setDetails(details);
}
