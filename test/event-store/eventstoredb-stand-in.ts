import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { handleUnaryCall, Metadata } from '@grpc/grpc-js';
import { serveAppend } from './stand-in/appending.js';
import { serveBatchAppend } from './stand-in/batch-appending.js';
import { denied, type Member, notLeader, serveGossip } from './stand-in/membership.js';
import { serveRead, type SlowReaders } from './stand-in/reading.js';
import { RecordLog } from './stand-in/record-log.js';

export interface StandInOptions {
  /** false: the client uses Append, as with servers before 21.10 */
  advertiseBatchAppend: boolean;
  /** default: 64 events, as with 23.10: 32 in the buffer and as many on their way; then the server aborts */
  slowReaders?: Partial<Omit<SlowReaders, 'met'>>;
  /** default 1 MiB, like that of the real server */
  maxAppendBytes?: number;
  /** refusal of every call, or of reads of $all */
  refuses?: 'user' | 'all-stream';
  /** default true; false: the node refuses appends and names the leader */
  isLeader?: () => boolean;
  /** default: this node alone */
  members?: () => readonly Member[];
}

const DEFAULT_READERS = { liveBuffer: 64, answer: 'abort' } as const;

/**
 * A test double of EventStoreDB. It speaks the part of the gRPC protocol that `EventStoreDb` uses, and holds its events
 * in memory, also while it is stopped.
 */
export class EventStoreDbStandIn {
  readonly log: RecordLog;
  /** number of times that a live reader was too slow */
  slowReaders = 0;
  port = 0;
  private server?: Server;
  private answersToDrop = 0;

  private constructor(
    private readonly options: StandInOptions,
    log?: RecordLog,
  ) {
    this.log = log ?? new RecordLog(options.maxAppendBytes ?? 1024 * 1024);
  }

  /** @param log default: an empty one */
  static async started(options: StandInOptions, log?: RecordLog): Promise<EventStoreDbStandIn> {
    const standIn = new EventStoreDbStandIn(options, log);
    await standIn.start();
    return standIn;
  }

  get member(): Member {
    const isLeader = this.options.isLeader?.() ?? true;
    return { host: '127.0.0.1', port: this.port, isAlive: this.server !== undefined, isLeader };
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** Listens on a free port; later calls listen on the same port again. */
  async start(): Promise<void> {
    const server = new Server({ 'grpc.max_receive_message_length': 4 * 1024 * 1024 });
    server.addService(streamsService.StreamsService, {
      read: (call: Parameters<typeof serveRead>[1]) =>
        this.allowed(call, call.request.getOptions()!.hasAll())
          ? serveRead(this.log, call, {
              ...DEFAULT_READERS,
              ...this.options.slowReaders,
              met: () => this.slowReaders++,
            }).catch(endCall(call))
          : undefined,
      append: (call: Parameters<typeof serveAppend>[1], reply: Parameters<typeof serveAppend>[3]) => {
        const refusal = this.refusal(call.metadata, false);
        if (refusal) reply(refusal);
        else serveAppend(this.log, call, this.mayAnswer, reply).catch(endCall(call));
      },
      batchAppend: (call: Parameters<typeof serveBatchAppend>[1]) =>
        this.allowed(call, false) ? serveBatchAppend(this.log, call, this.mayAnswer).catch(endCall(call)) : undefined,
    });
    const members = this.options.members ?? (() => [this.member]);
    server.addService(gossipService.GossipService, { read: serveGossip(members) });
    server.addService(featuresService.ServerFeaturesService, { getSupportedMethods: this.getSupportedMethods });
    this.port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.port}`, ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    this.server = server;
  }

  /** Closes every connection at once, like a killed server. */
  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    const closed = new Promise((resolve) => server.tryShutdown(resolve));
    server.forceShutdown();
    await closed;
  }

  /** Makes the stand-in store the next append without an answer. */
  dropNextAppendAnswer(): void {
    this.answersToDrop++;
  }

  private allowed(
    call: { metadata: Metadata; emit(event: 'error', error: Error): unknown },
    readsAll: boolean,
  ): boolean {
    const refusal = this.refusal(call.metadata, readsAll);
    if (refusal) call.emit('error', refusal);
    return refusal === undefined;
  }

  private refusal(metadata: Metadata, readsAll: boolean): Error | undefined {
    const { refuses, isLeader = () => true, members } = this.options;
    if (refuses === 'user') return denied('user');
    if (refuses === 'all-stream' && readsAll) return denied('right');
    if (metadata.get('requires-leader')[0] !== 'true' || isLeader()) return undefined;
    return notLeader(members?.().find((member) => member.isLeader && member.isAlive));
  }

  private readonly mayAnswer = (): boolean => {
    if (this.answersToDrop === 0) return true;
    this.answersToDrop--;
    return false;
  };

  private readonly getSupportedMethods: handleUnaryCall<unknown, features.SupportedMethods> = (_, reply) => {
    const methods = [method('read', ['position', 'events']), method('append', [])];
    if (this.options.advertiseBatchAppend) methods.push(method('batchappend', ['deadline_duration']));
    reply(null, new features.SupportedMethods().setEventStoreServerVersion('23.10.0').setMethodsList(methods));
  };
}

const method = (name: string, methodFeatures: string[]): features.SupportedMethod =>
  new features.SupportedMethod()
    .setServiceName('event_store.client.streams.streams')
    .setMethodName(name)
    .setFeaturesList(methodFeatures);

/** Reports an error to the client, except when the client cancelled the call: then the error is expected. */
const endCall = (call: { emit(event: 'error', error: Error): unknown; cancelled: boolean }) => (error: Error) =>
  void (call.cancelled || call.emit('error', error));
