import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.js';
import { mailScope } from '../access/mail-scope.js';
import type { OutgoingFile } from '../mail/writing/outgoing-message.js';
import { KnownMessages, KNOWN_MESSAGES } from '../messages/known-messages.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { Refused } from '../platform/domain.js';
import { Checkpoints } from '../platform/followers/checkpoints.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { BadInput } from '../platform/http/problems.js';
import { FactLog } from '../platform/log/fact-log.js';
import { Uploads } from '../uploads/uploads.js';
import { type Original, Originals } from './original.js';
import { type AttachmentBody, SendBody } from './outgoing-body.js';
import { QueueMessage } from './queue-message.js';

/** Longest wait for the lookup of conversations. */
const WAIT_MS = 5000;

@ApiTags('mail')
@Controller('api/accounts')
export class SendMessageEndpoint {
  constructor(
    private readonly commands: CommandBus,
    private readonly access: Access,
    private readonly originals: Originals,
    private readonly known: KnownMessages,
    private readonly checkpoints: Checkpoints,
    private readonly log: FactLog,
    private readonly uploads: Uploads,
  ) {}

  @Post(':id/messages')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Sends a message: it is listed in Sent at once, and leaves after the time to undo.',
    description:
      'Header and signature of the account are added. `GET /messages/{id}` shows the state for each recipient, ' +
      '`DELETE /outbox/{id}` cancels the message until it leaves.',
  })
  @ApiAcceptedResponse({ type: CommandAnswer })
  async send(@Param('id') accountId: string, @Body() body: SendBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    await mailScope(this.access, caller, accountId);
    const { inReplyTo, forwardOf, ifNothingNewSince, sendAt } = body;
    const answers = inReplyTo ? await this.originals.open(inReplyTo, 'reply', caller) : null;
    const forwards = forwardOf ? await this.originals.open(forwardOf, 'forward', caller) : null;
    if (ifNothingNewSince && answers) await this.requireUnmoved(answers, ifNothingNewSince);
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
          files: await this.files(body.attachments ?? [], caller),
          answers,
          forwards,
          quote: body.quote ?? false,
          sendAt: sendAt ? new Date(sendAt) : null,
          undoSeconds: body.undoSeconds ?? null,
          cancelOnReply: body.cancelOnReply ?? false,
          draftId: body.draftId ?? null,
          resendOf: null,
          purpose: 'person',
        },
        caller.origin,
      ),
    );
    await this.uploads.used(uploadsIn(body));
    return answer(queued, queued.messageId);
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

  private async files(attachments: readonly AttachmentBody[], caller: Caller): Promise<OutgoingFile[]> {
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
          const [upload] = await this.uploads.open([each.uploadId], { userId: caller.actor.id });
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
}

const uploadsIn = ({ attachments = [] }: SendBody): string[] => attachments.flatMap(({ uploadId }) => uploadId ?? []);

/** As mail programs begin the subject of an answer; one such beginning is enough. */
function subjectFor(answers: Original | null, forwards: Original | null): string {
  const subject = (answers ?? forwards)?.quoted.subject ?? '';
  const [known, prefix] = answers ? [/^re(\[\d+\])?:/i, 'Re: '] : [/^fwd?:/i, 'Fwd: '];
  if (!answers && !forwards) return '';
  return known.test(subject) ? subject : `${prefix}${subject}`;
}
