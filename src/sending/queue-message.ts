import { Inject, Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { accountStream } from '../accounts/account.events.js';
import { account, type OpenAccount } from '../accounts/account.fold.js';
import { OwnAddresses } from '../accounts/own-addresses.js';
import { BodyHash } from '../mail/reading/body-hash.js';
import type { MessageHead } from '../mail/reading/message-head.js';
import { MessageReader } from '../mail/reading/message-reader.js';
import { domainOf } from '../mail/writing/compose.js';
import { MessageWriter } from '../mail/writing/message-writer.js';
import type { OutgoingFile, OutgoingMessage, Person } from '../mail/writing/outgoing-message.js';
import { invalidAddresses, sentAddress } from '../mail/writing/recipients.js';
import { NO_FLAGS } from '../messages/flags.events.js';
import { contentOf, linkedOf } from '../messages/message-content.js';
import { type MessageEvent, messageKey, messageStream } from '../messages/message.events.js';
import { type Message, message } from '../messages/message.fold.js';
import { MessageKeys } from '../messages/message-keys.js';
import type { QueuedMessage } from '../messages/sending.events.js';
import type { PendingBlob } from '../platform/blobs/blob-file.js';
import { Blobs } from '../platform/blobs/blobs.js';
import { Decide, type Decided, type Origin } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { DataKeys } from '../platform/secrets/data-keys.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { reached } from '../platform/steps.js';
import { MOST_RECIPIENTS } from './outgoing-body.js';
import type { Original } from './original.js';
import { queue } from './sending.decider.js';
import { wordsOf, WrittenWords } from './written-words.js';

/** Most providers refuse larger messages. */
const MOST_BYTES = 75 * 1024 * 1024;
/** Messages in memory share a file of the blob store. */
const SMALL_BYTES = 128 * 1024;

/** Ids by which a message stands in its conversation (RFC 5322 §3.6.4). */
export interface Ancestors {
  inReplyTo: string | null;
  references: readonly string[];
}

/** A message to send, with everything that it refers to. */
export interface ToQueue {
  accountId: string;
  /** null: a service or the system */
  userId: string | null;
  to: readonly Person[];
  cc: readonly Person[];
  bcc: readonly Person[];
  subject: string;
  html: string | null;
  text: string | null;
  files: readonly OutgoingFile[];
  answers: Original | null;
  forwards: Original | null;
  /** conversation of a message without an original here; null: none */
  ancestors: Ancestors | null;
  quote: boolean;
  /** numbers of attachments of the forwarded message that stay behind; absent: none */
  forwardWithout?: readonly number[];
  /** requested time; null: at once */
  sendAt: Date | null;
  /** null: the setting of the account */
  undoSeconds: number | null;
  cancelOnReply: boolean;
  draftId: string | null;
  resendOf: string | null;
  purpose: QueuedMessage['purpose'];
}

/** Id of the message that a command queues. */
export const outgoingIdOf = (master: Pick<MasterKey, 'nameFor'>, accountId: string, commandId: string): string =>
  master.nameFor('outgoing', `${accountId} ${commandId}`);

/** Composes and records a message; a worker sends it. */
export class QueueMessage extends Command<Decided<Message> & { messageId: string }> {
  constructor(
    readonly toQueue: ToQueue,
    readonly origin: Origin,
  ) {
    super();
  }
}

/** A composed message, its bytes not kept yet. */
interface Composed {
  blob: PendingBlob;
  head: MessageHead;
  bodyHash: string;
}

@CommandHandler(QueueMessage)
@Injectable()
export class QueueMessageHandler implements ICommandHandler<QueueMessage> {
  constructor(
    private readonly decide: Decide,
    private readonly writer: MessageWriter,
    private readonly reader: MessageReader,
    private readonly blobs: Blobs,
    private readonly dataKeys: DataKeys,
    private readonly keys: MessageKeys,
    private readonly own: OwnAddresses,
    private readonly words: WrittenWords,
    @Inject(MasterKey) private readonly master: Pick<MasterKey, 'nameFor'>,
  ) {}

  /**
   * A repetition of the command composes nothing, and gives the message of the first one.
   * @throws Refused 422 `address-invalid` and `no-recipient`, 413 `message-too-large`; BlobStoreFull
   */
  async execute({ toQueue, origin }: QueueMessage): Promise<Decided<Message> & { messageId: string }> {
    const { accountId } = toQueue;
    const messageId = outgoingIdOf(this.master, accountId, origin.commandId);
    const before = await this.decide.load(messageStream(messageId), message);
    if (before.state.status !== 'absent') return { ...before, written: 0, messageId };
    const { state: owner } = await this.decide.load(accountStream(accountId), account);
    if (owner.status !== 'open') throw new Refused('account-not-found', 'not-found');
    const recipients = recipientsOf(toQueue);
    const header = this.headerOf(messageId, owner);
    const at = new Date();
    const composed = await this.compose(toQueue, owner, header, at);
    const data = await this.queued(toQueue, owner, { messageId, header, recipients, at }, composed);
    await this.keep(messageId, composed.blob, toQueue, new Date(data.notBefore));
    reached('queue.kept');
    const decided = await this.decide.on<Message, MessageEvent>(
      messageStream(messageId),
      message,
      origin,
      (state) => queue(state, data),
      { assumeNew: true },
    );
    return { ...decided, messageId };
  }

  /** Nobody can guess it, so a stranger cannot forge a report about the message; a repeated command gives it again. */
  private headerOf(messageId: string, { settings: { address } }: OpenAccount): string {
    const secret = this.master.nameFor('message-id', messageId);
    return `<${secret}@${domainOf(`<${sentAddress(address)}>`)}>`;
  }

  private async compose(
    {
      to,
      cc,
      bcc,
      subject,
      html,
      text,
      files,
      answers,
      forwards,
      ancestors,
      quote,
      purpose,
      userId,
      resendOf,
    }: ToQueue,
    { settings }: OpenAccount,
    messageId: string,
    date: Date,
  ): Promise<Composed> {
    const isAutomatic = purpose === 'autoreply';
    const isWhole = isAutomatic || resendOf !== null;
    const original = forwards ?? (quote ? answers : null);
    const outgoing: OutgoingMessage = {
      messageId,
      date,
      from: { name: settings.senderName ?? settings.name, address: settings.address },
      to,
      cc,
      bcc,
      subject,
      html,
      text,
      header: isWhole ? null : settings.header,
      signature: isWhole ? null : settings.signature,
      quoted: original?.quoted ?? null,
      files: [...files, ...(forwards ? forwards.attachments : [])],
      inReplyTo: answers ? answers.header : (ancestors?.inReplyTo ?? null),
      references: (answers ?? forwards ?? ancestors)?.references ?? [],
      automatic: isAutomatic,
    };
    const { content } = await this.writer.write(outgoing, userId ?? 'system');
    const body = new BodyHash();
    const blob = await this.blobs.write(await inMemoryIfSmall(bounded(content as AsyncIterable<Buffer>, body)));
    return { blob, ...(await this.read(blob, messageId)), bodyHash: body.digest() };
  }

  private async read(blob: PendingBlob, lane: string): Promise<Pick<Composed, 'head'>> {
    const raw = Buffer.isBuffer(blob.body) ? blob.body : blob.head;
    const [read] = await this.reader.heads([{ raw }], lane);
    return { head: read!.head };
  }

  private async queued(
    toQueue: ToQueue,
    { settings }: OpenAccount,
    { messageId, header, recipients, at }: { messageId: string; header: string; recipients: string[]; at: Date },
    { blob, head, bodyHash }: Composed,
  ): Promise<QueuedMessage> {
    const { accountId, userId, bcc, sendAt, undoSeconds, answers, forwards, purpose } = toQueue;
    const { draftId, resendOf, cancelOnReply } = toQueue;
    const { hash, size } = blob;
    const own = await this.own.among([settings.address]);
    const read = { accountId, messageId, hash, size, head, flags: NO_FLAGS, arrival: 'new' as const, internalDate: at };
    const { seen, flagged, answered, forwarded, deleted, arrival, ...content } = contentOf(read, this.keys, own);
    const undoMs = (purpose === 'autoreply' ? 0 : (undoSeconds ?? settings.undoSeconds)) * 1000;
    return {
      ...content,
      bcc: bcc.map(({ name, address }) => ({ name: name ?? '', address })),
      envelope: { sender: purpose === 'autoreply' ? '' : sentAddress(settings.address), recipients },
      recipientCount: recipients.length,
      identityKey: this.keys.identity(accountId, linkedOf(head), bodyHash),
      sentKey: this.keys.sent(accountId, header),
      userId,
      sendAt: sendAt?.toISOString() ?? null,
      notBefore: new Date(Math.max(sendAt?.getTime() ?? 0, at.getTime() + undoMs)).toISOString(),
      cancelOnReply,
      answers: answers?.id ?? null,
      forwards: forwards?.id ?? null,
      resendOf,
      draftId,
      purpose,
      keepCopy: purpose === 'person' && !settings.sendOnly,
    };
  }

  private async keep(messageId: string, blob: PendingBlob, toQueue: ToQueue, notBefore: Date): Promise<void> {
    const name = messageKey(messageId);
    const key = (await this.dataKeys.ensure([name])).get(name);
    if (!key) throw new Error(`the key of the new message ${messageId} is destroyed`);
    await Promise.all([
      this.blobs.keepOne({ blob, name: messageId, key }),
      ...(isWritten(toQueue) ? [this.words.keep(messageId, key, wordsOf(toQueue), notBefore)] : []),
    ]);
  }
}

/** True for the message of a person that can be edited until it leaves. */
const isWritten = ({ purpose, resendOf }: ToQueue): boolean => purpose === 'person' && resendOf === null;

/** Each address once, in the order To, Cc, Bcc. @throws Refused 422 */
function recipientsOf({ to, cc, bcc }: ToQueue): string[] {
  const errors = [...invalidAddresses('to', to), ...invalidAddresses('cc', cc), ...invalidAddresses('bcc', bcc)].map(
    ({ field, index, reason }) => ({ field: `${field}.${index}.address`, message: reason }),
  );
  if (errors.length > 0)
    throw new Refused('address-invalid', 'unprocessable', 'An address is not valid. Correct it.', { errors });
  const all = [...new Map([...to, ...cc, ...bcc].map(({ address }) => [sentAddress(address).toLowerCase(), address]))];
  const recipients = all.map(([, address]) => sentAddress(address));
  if (recipients.length === 0)
    throw new Refused('no-recipient', 'unprocessable', 'The message has no recipient. Enter an address.');
  if (recipients.length > MOST_RECIPIENTS)
    throw new Refused(
      'too-many-recipients',
      'unprocessable',
      `A message has at most ${MOST_RECIPIENTS} recipients. Send it in parts.`,
    );
  return recipients;
}

/** @throws Refused 413 `message-too-large` */
async function* bounded(source: AsyncIterable<Buffer>, body: BodyHash): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > MOST_BYTES)
      throw new Refused(
        'message-too-large',
        'too-large',
        `The message would be larger than ${MOST_BYTES / 1024 / 1024} MB. Send fewer files, or links to them.`,
      );
    body.update(chunk);
    yield chunk;
  }
}

/** The whole of a small message; a larger one as the stream that it is. */
async function inMemoryIfSmall(source: AsyncIterable<Buffer>): Promise<Buffer | AsyncIterable<Buffer>> {
  const chunks = source[Symbol.asyncIterator]();
  const held: Buffer[] = [];
  for (let size = 0; size <= SMALL_BYTES;) {
    const { value, done } = await chunks.next();
    if (done) return Buffer.concat(held);
    held.push(value);
    size += value.length;
  }
  return (async function* () {
    yield* held;
    yield* { [Symbol.asyncIterator]: () => chunks };
  })();
}
