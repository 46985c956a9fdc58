import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { OutgoingFile } from '../mail/writing/outgoing-message.js';
import { KnownMessages, KNOWN_MESSAGES } from '../messages/known-messages.js';
import type { Message } from '../messages/message.fold.js';
import type { Caller } from '../platform/auth/caller.js';
import type { Decided } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { Checkpoints } from '../platform/followers/checkpoints.js';
import { BadInput } from '../platform/http/problems.js';
import { FactLog } from '../platform/log/fact-log.js';
import { Uploads } from '../uploads/uploads.js';
import { type Original, Originals } from './original.js';
import type { AttachmentBody, SendBody } from './outgoing-body.js';
import { type Ancestors, QueueMessage } from './queue-message.js';

/** Longest wait for the lookup of conversations. */
const WAIT_MS = 5000;

/** Turns requests to send into queued messages, with everything that they refer to. */
@Injectable()
export class OutgoingRequests {
  constructor(
    private readonly commands: CommandBus,
    private readonly originals: Originals,
    private readonly known: KnownMessages,
    private readonly checkpoints: Checkpoints,
    private readonly log: FactLog,
    private readonly uploads: Uploads,
  ) {}

  /**
   * A draft becomes one message, however often it is sent. The caller has checked the access to the account.
   * @param of a draft of this account: the message may use its files
   * @throws Refused 404 `message-not-found`, `upload-not-found`, `attachment-not-found`; 409 `thread-moved`; as
   * `QueueMessage`
   */
  async queue(
    accountId: string,
    body: SendBody,
    caller: Caller,
    of: { draftId: string; ancestors: Ancestors | null } | null = null,
  ): Promise<Decided<Message> & { messageId: string }> {
    const { ifNothingNewSince, sendAt } = body;
    const draftId = of?.draftId ?? body.draftId ?? null;
    const { answers, forwards } = await this.originalsOf(body, caller);
    if (ifNothingNewSince && answers) await this.requireUnmoved(answers, ifNothingNewSince);
    const { origin } = caller;
    const queued = await this.commands.execute(
      new QueueMessage(
        {
          accountId,
          userId: caller.userId,
          to: body.to ?? [],
          cc: body.cc ?? [],
          bcc: body.bcc ?? [],
          subject: body.subject ?? subjectFor(answers, forwards),
          html: body.html ?? null,
          text: body.text ?? null,
          files: await this.files(body.attachments ?? [], caller, of?.draftId),
          answers,
          forwards,
          ancestors: of?.ancestors ?? null,
          quote: body.quote ?? false,
          forwardWithout: body.forwardWithout ?? [],
          sendAt: sendAt ? new Date(sendAt) : null,
          undoSeconds: body.undoSeconds ?? null,
          cancelOnReply: body.cancelOnReply ?? false,
          draftId,
          resendOf: null,
          purpose: 'person',
        },
        draftId === null ? origin : { ...origin, commandId: sendOf(draftId) },
      ),
    );
    await this.uploads.used(uploadsIn(body));
    return queued;
  }

  /** @throws Refused 404 `message-not-found` */
  async originalsOf(
    {
      inReplyTo,
      forwardOf,
      forwardWithout,
      language,
      timeZone,
    }: Pick<SendBody, 'inReplyTo' | 'forwardOf' | 'forwardWithout' | 'language' | 'timeZone'>,
    caller: Caller,
  ): Promise<{ answers: Original | null; forwards: Original | null }> {
    const open = async (id: string, kind: 'reply' | 'forward'): Promise<Original> => {
      const original = await this.originals.open(id, kind, caller);
      const line = { ...(language !== undefined && { language }), ...(timeZone !== undefined && { timeZone }) };
      return { ...original, quoted: { ...original.quoted, ...line } };
    };
    return {
      answers: inReplyTo ? await open(inReplyTo, 'reply') : null,
      forwards: forwardOf ? withoutFiles(await open(forwardOf, 'forward'), forwardWithout) : null,
    };
  }

  /** @throws Refused 404 `upload-not-found`, `message-not-found`, `attachment-not-found`; BadInput */
  async files(
    attachments: readonly AttachmentBody[],
    caller: Caller,
    holder: string | null = null,
  ): Promise<OutgoingFile[]> {
    const opened = new Map<string, Original>();
    return Promise.all(
      attachments.map(async (each, n): Promise<OutgoingFile> => {
        const cid = each.cid ?? null;
        if (each.content !== undefined)
          return {
            filename: each.filename ?? 'attachment',
            contentType: each.contentType ?? 'application/octet-stream',
            content: Buffer.from(each.content, 'base64'),
            cid,
          };
        if (each.uploadId !== undefined) {
          const [upload] = await this.uploads.open([each.uploadId], { userId: caller.actor.id, draftId: holder });
          return { ...upload!, cid };
        }
        if (each.fromMessage === undefined || each.index === undefined)
          throw new BadInput([
            { field: `attachments.${n}`, message: 'needs uploadId, fromMessage and index, or content' },
          ]);
        const from = opened.get(each.fromMessage) ?? (await this.originals.open(each.fromMessage, 'forward', caller));
        opened.set(each.fromMessage, from);
        const file = from.attachments.find(({ index }) => index === each.index);
        if (!file) throw new Refused('attachment-not-found', 'not-found');
        return { filename: file.filename, contentType: file.contentType, content: file.content, cid };
      }),
    );
  }

  /** @throws Refused 409 `thread-moved` with the messages that came */
  private async requireUnmoved({ threadId }: Original, since: string): Promise<void> {
    await this.checkpoints.waitFor([KNOWN_MESSAGES], await this.log.store.head(), WAIT_MS);
    const messages = await this.known.inConversationSince(threadId, since);
    if (messages.length > 0)
      throw new Refused(
        'thread-moved',
        'conflict',
        'Messages came to this conversation since you opened it. Read them, then send again.',
        { messages },
      );
  }
}

/** `commandId` of the one message that a draft becomes. */
const sendOf = (draftId: string): string => `draft ${draftId}`;

const uploadsIn = ({ attachments = [] }: SendBody): string[] => attachments.flatMap(({ uploadId }) => uploadId ?? []);

/** A forwarded message without some of its attachments. @param without their numbers */
export const withoutFiles = (original: Original, without: readonly number[] = []): Original => ({
  ...original,
  attachments: original.attachments.filter(({ index }) => !without.includes(index)),
});

/** As mail programs begin the subject of an answer; one such beginning is enough. */
export function subjectFor(answers: Original | null, forwards: Original | null): string {
  const subject = (answers ?? forwards)?.quoted.subject ?? '';
  const [known, prefix] = answers ? [/^re(\[\d+\])?:/i, 'Re: '] : [/^fwd?:/i, 'Fwd: '];
  if (!answers && !forwards) return '';
  return known.test(subject) ? subject : `${prefix}${subject}`;
}
