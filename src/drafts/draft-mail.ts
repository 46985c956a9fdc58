import { Inject, Injectable } from '@nestjs/common';
import type { OpenAccount } from '../accounts/account.fold.js';
import { bodyHashOf } from '../mail/reading/body-hash.js';
import { MessageWriter } from '../mail/writing/message-writer.js';
import type { OutgoingFile, Person } from '../mail/writing/outgoing-message.js';
import { invalidAddresses, sentAddress } from '../mail/writing/recipients.js';
import type { Caller } from '../platform/auth/caller.js';
import { bySystem } from '../platform/commands/decide.js';
import { Refused } from '../platform/domain.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { type Original, Originals } from '../sending/original.js';
import { OutgoingRequests, subjectFor, withoutFiles } from '../sending/outgoing-requests.js';
import { type DraftFile, isHeld } from './draft-content.js';
import type { StoredDraft } from './draft-rows.js';

/** A larger draft stays here alone: it would be stored anew at each pause. */
const MOST_BYTES = 25 * 1024 * 1024;

export interface DraftBytes {
  /** Message-ID with its angle brackets */
  header: string;
  raw: Buffer;
  /** `BodyHash` */
  bodyHash: string;
}

/** Composes drafts as messages, for their copies on the mail server. */
@Injectable()
export class DraftMail {
  constructor(
    private readonly writer: MessageWriter,
    private readonly originals: Originals,
    private readonly requests: OutgoingRequests,
    @Inject(MasterKey) private readonly master: Pick<MasterKey, 'nameFor'>,
  ) {}

  /**
   * With quotation and files, but without header and signature, which sending adds. Each revision has a Message-ID of
   * its own. Addresses that are incomplete, and originals that are gone, are left out.
   * @throws Refused 413 `draft-too-large`, 422 `message-too-complex`; BlobMissing, BlobDamaged
   */
  async compose(draft: StoredDraft, { settings }: OpenAccount): Promise<DraftBytes> {
    const { id, revision, content, savedAt, accountId } = draft;
    const name = this.master.nameFor('draft-copy', `${id} ${revision}`);
    const address = sentAddress(settings.address);
    const header = `<${name}@${address.slice(address.lastIndexOf('@') + 1)}>`;
    const caller = readerOf(accountId);
    const [answers, forwards] = [
      await this.original(content.inReplyTo, 'reply', caller),
      await this.original(content.forwardOf, 'forward', caller),
    ];
    const composed = await this.writer.write(
      {
        messageId: header,
        date: savedAt,
        from: { name: settings.senderName ?? settings.name, address: settings.address },
        to: valid(content.to),
        cc: valid(content.cc),
        bcc: valid(content.bcc),
        subject: content.subject ?? subjectFor(answers, forwards),
        html: content.html,
        text: content.text,
        quoted: (forwards ?? (content.quote ? answers : null))?.quoted ?? null,
        files: [
          ...(await this.files(content.files, id, caller)),
          ...(forwards ? withoutFiles(forwards, content.forwardWithout).attachments : []),
        ],
        inReplyTo: answers ? answers.header : (content.ancestors?.inReplyTo ?? null),
        references: (answers ?? forwards ?? content.ancestors)?.references ?? [],
      },
      `draft of ${accountId}`,
    );
    const raw = await bounded(composed.content as AsyncIterable<Buffer>);
    return { header, raw, bodyHash: bodyHashOf(raw) };
  }

  private async original(
    messageId: string | null,
    kind: 'reply' | 'forward',
    caller: Caller,
  ): Promise<Original | null> {
    return messageId === null ? null : unlessRefused(this.originals.open(messageId, kind, caller));
  }

  private async files(files: readonly DraftFile[], draftId: string, caller: Caller): Promise<OutgoingFile[]> {
    const opened: OutgoingFile[] = [];
    for (const file of files) {
      const source = isHeld(file) ? { uploadId: file.uploadId } : { fromMessage: file.fromMessage, index: file.index };
      const named = { ...source, ...(file.cid !== null && { cid: file.cid }) };
      opened.push(...((await unlessRefused(this.requests.files([named], caller, draftId))) ?? []));
    }
    return opened;
  }
}

/** The system reads with the rights of a person that uses this account alone. */
const readerOf = (accountId: string): Caller => ({
  actor: { id: `drafts of ${accountId}`, role: 'user' },
  userId: null,
  accounts: new Set([accountId]),
  origin: bySystem('draft-worker', accountId),
});

const valid = (people: readonly Person[]): Person[] =>
  people.filter((person) => invalidAddresses('to', [person]).length === 0);

/** Null for a refusal: the draft is stored without that part. */
async function unlessRefused<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refused && error.kind !== 'unavailable') return null;
    throw error;
  }
}

/** @throws Refused 413 `draft-too-large` */
async function bounded(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > MOST_BYTES)
      throw new Refused('draft-too-large', 'too-large', 'The draft is too large for a copy on the mail server.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
