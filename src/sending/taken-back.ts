import { Injectable } from '@nestjs/common';
import { Access } from '../access/access.js';
import { mailOf } from '../access/mail-scope.js';
import type { OpenedAttachment } from '../mail/reading/message.js';
import { type MessageEvent, messageStream } from '../messages/message.events.js';
import { type Message, message } from '../messages/message.fold.js';
import type { Caller } from '../platform/auth/caller.js';
import { Decide } from '../platform/commands/decide.js';
import { Hidden, Refused } from '../platform/domain.js';
import { Originals } from './original.js';
import type { AttachmentBody, OutgoingBody } from './outgoing-body.js';
import { cancel, type Sent, sentIn } from './sending.decider.js';
import { hashOf, type Words, WrittenWords } from './written-words.js';

/** A message that its author writes again. */
export interface TakenBack {
  messageId: string;
  accountId: string;
  /** id of the user that sent it; null: a service */
  userId: string | null;
}

/** Takes messages back to be edited, and tells their words. */
@Injectable()
export class TakenBackMessages {
  constructor(
    private readonly decide: Decide,
    private readonly access: Access,
    private readonly words: WrittenWords,
    private readonly originals: Originals,
  ) {}

  /**
   * Cancels a message, of which the words are kept. A cancelled one stays as it is.
   * @throws Refused 404 `message-not-found`; 409 `sending-began`, `words-not-kept`; 403 for callers that read no mail
   */
  async cancel(messageId: string, caller: Caller): Promise<TakenBack> {
    const readable = mailOf(caller);
    const { state } = await this.decide.load(messageStream(messageId), message);
    const { accountId, sending } = sentOrRefused(state, messageId);
    if ((await this.access.readable(readable, [accountId])).length === 0)
      throw new Hidden('message-not-found', accountId);
    await this.find(messageId);
    await this.decide.on<Message, MessageEvent>(messageStream(messageId), message, caller.origin, (now) =>
      cancel(sentOrRefused(now, messageId), 'edited'),
    );
    return { messageId, accountId, userId: sending.request.userId };
  }

  /**
   * The words as the body of a draft; its files are attachments of the message.
   * @throws Refused 404 `message-not-found`; 409 `words-not-kept`, `message-damaged`
   */
  async bodyOf(messageId: string, caller: Caller): Promise<{ body: OutgoingBody; ancestors: Words['ancestors'] }> {
    const { files, ancestors, to, cc, bcc, forwardWithout, ...rest } = await this.find(messageId);
    const attachments =
      files.length === 0
        ? []
        : attachmentsOf(messageId, files, (await this.originals.open(messageId, 'forward', caller)).attachments);
    const people = { to: [...to], cc: [...cc], bcc: [...bcc] };
    return { body: { ...rest, ...people, forwardWithout: [...forwardWithout], attachments }, ancestors };
  }

  private async find(messageId: string): Promise<Words> {
    const words = await this.words.find(messageId);
    if (words) return words;
    throw new Refused(
      'words-not-kept',
      'conflict',
      'The words of this message are not kept apart from its signature. Take it back, and copy them into a new message.',
    );
  }
}

function sentOrRefused(state: Message, messageId: string): Sent {
  const sent = sentIn(state, messageId);
  if (sent === null) throw new Refused('message-not-found', 'not-found');
  return sent;
}

/** The message also has files of the quoted one: each file of the author is found by its bytes, else by its name. */
function attachmentsOf(
  fromMessage: string,
  files: Words['files'],
  attachments: readonly OpenedAttachment[],
): AttachmentBody[] {
  const hashes = new Map(attachments.map((each) => [each.index, hashOf(each.content)]));
  const left = [...attachments];
  return files.flatMap(({ sha256, filename, cid }) => {
    const alike = [
      left.find(({ index }) => hashes.get(index) === sha256),
      left.find((each) => each.filename === filename),
      // A picture that the text shows twice is one part.
      attachments.find(({ index }) => hashes.get(index) === sha256),
    ].find((each) => each !== undefined);
    if (!alike) return [];
    if (left.includes(alike)) left.splice(left.indexOf(alike), 1);
    return [{ fromMessage, index: alike.index, ...(cid !== null && { cid }) }];
  });
}
