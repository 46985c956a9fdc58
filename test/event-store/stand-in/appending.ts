import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, status } from '@grpc/grpc-js';
import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import { nameOf, nothing } from './reading.js';
import type { AppendOutcome, Expected, ProposedRecord, RecordLog } from './record-log.js';

export type MayAnswer = () => boolean;

/** Streams.Append: one append per call. A wrong version is a normal answer; other refusals use the trailer. */
export async function serveAppend(
  log: RecordLog,
  call: ServerReadableStream<streams.AppendReq, streams.AppendResp>,
  mayAnswer: MayAnswer,
  reply: sendUnaryData<streams.AppendResp>,
): Promise<void> {
  let options: streams.AppendReq.Options | undefined;
  const proposed: ProposedRecord[] = [];
  for await (const request of call as AsyncIterable<streams.AppendReq>) {
    options ??= request.getOptions();
    const message = request.getProposedMessage();
    if (message) proposed.push(proposedRecord(message));
  }
  const outcome = log.append(nameOf(options!.getStreamIdentifier()), expectedBy(options!), proposed);
  if (!mayAnswer()) return;
  if (outcome.kind === 'too-large') reply(tooLarge(outcome.limit));
  else reply(null, outcome.kind === 'stored' ? stored(outcome) : wrongVersion(outcome));
}

export function proposedRecord(
  message: streams.AppendReq.ProposedMessage | streams.BatchAppendReq.ProposedMessage,
): ProposedRecord {
  return {
    id: message.getId()!.getString(),
    type: message.getMetadataMap().get('type')!,
    contentType: message.getMetadataMap().get('content-type')!,
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

function expectedBy(options: streams.AppendReq.Options): Expected {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasStreamExists()) return 'stream-exists';
  return options.hasRevision() ? BigInt(options.getRevision()) : 'any';
}

function stored({ revision, position }: AppendOutcome & { kind: 'stored' }): streams.AppendResp {
  const at = new streams.AppendResp.Position()
    .setCommitPosition(position.toString())
    .setPreparePosition(position.toString());
  return new streams.AppendResp().setSuccess(
    new streams.AppendResp.Success().setCurrentRevision(revision.toString()).setPosition(at),
  );
}

function wrongVersion({ current, expected }: AppendOutcome & { kind: 'wrong-version' }): streams.AppendResp {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (current === undefined) wrong.setCurrentNoStream(nothing()).setNoStream2060(nothing());
  else wrong.setCurrentRevision(current.toString()).setCurrentRevision2060(Number(current));
  if (expected === 'no-stream') wrong.setExpectedNoStream(nothing());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(nothing()).setStreamExists2060(nothing());
  else if (expected === 'any') wrong.setExpectedAny(nothing()).setAny2060(nothing());
  else wrong.setExpectedRevision(expected.toString()).setExpectedRevision2060(Number(expected));
  return new streams.AppendResp().setWrongExpectedVersion(wrong);
}

function tooLarge(limit: number) {
  const trailer = new Metadata();
  trailer.set('exception', 'maximum-append-size-exceeded');
  trailer.set('maximum-append-size', String(limit));
  return { code: status.INVALID_ARGUMENT, details: `Maximum Append Size of ${limit} Exceeded.`, metadata: trailer };
}
