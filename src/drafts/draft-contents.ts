import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { OutgoingFile } from '../mail/writing/outgoing-message.js';
import { MessageWriter } from '../mail/writing/message-writer.js';
import type { Caller } from '../platform/auth/caller.js';
import { BadInput } from '../platform/http/problems.js';
import type { AttachmentBody, OutgoingBody } from '../sending/outgoing-body.js';
import { OutgoingRequests } from '../sending/outgoing-requests.js';
import { Uploads } from '../uploads/uploads.js';
import { type DraftContent, type DraftFile, type HeldFile, isHeld } from './draft-content.js';

/** Draft of which a content is made. */
export interface Holder {
  id: string;
  /** content so far; null: none */
  before: Pick<DraftContent, 'files' | 'taken' | 'ancestors'> | null;
  /** id of the message of another program that the draft has taken over; null: none */
  takenFrom: string | null;
}

const NOTHING: NonNullable<Holder['before']> = { files: [], taken: {}, ancestors: null };

/** Makes the content of a draft from a request: its HTML is safe, and its files are uploads that the draft can hold. */
@Injectable()
export class DraftContents {
  constructor(
    private readonly writer: MessageWriter,
    private readonly requests: OutgoingRequests,
    private readonly uploads: Uploads,
  ) {}

  /**
   * Leaves out nothing: fields that the body lacks are empty.
   * @throws Refused 404 `upload-not-found`, `message-not-found`, `attachment-not-found`; 422 `message-too-complex`;
   * BadInput
   */
  async of(body: OutgoingBody, holder: Holder, caller: Caller): Promise<DraftContent> {
    const { html, text, preview } = await this.writer.draft(
      { html: body.html ?? null, text: body.text ?? null },
      caller.actor.id,
    );
    const taken = { ...(holder.before ?? NOTHING).taken };
    const files: DraftFile[] = [];
    for (const [n, each] of (body.attachments ?? []).entries())
      files.push(await this.file(each, n, holder, taken, caller));
    return {
      to: body.to ?? [],
      cc: body.cc ?? [],
      bcc: body.bcc ?? [],
      subject: body.subject ?? null,
      html,
      text,
      files,
      inReplyTo: body.inReplyTo ?? null,
      forwardOf: body.forwardOf ?? null,
      ...(body.forwardWithout !== undefined && { forwardWithout: body.forwardWithout }),
      quote: body.quote ?? false,
      preview,
      ancestors: (holder.before ?? NOTHING).ancestors,
      taken,
    };
  }

  /** The same content for another draft, with files of its own. @param from id of the draft that holds the files */
  async copied(content: DraftContent, from: string, caller: Caller): Promise<DraftContent> {
    const files: DraftFile[] = [];
    for (const file of content.files)
      files.push(isHeld(file) ? await this.copy(file, { userId: caller.actor.id, draftId: from }, caller) : file);
    return { ...content, files };
  }

  private async file(
    body: AttachmentBody,
    n: number,
    { id, before, takenFrom }: Holder,
    taken: Record<string, string>,
    caller: Caller,
  ): Promise<DraftFile> {
    const { files } = before ?? NOTHING;
    const cid = body.cid ?? null;
    const reader = { userId: caller.actor.id, draftId: id };
    const fromTaken = body.fromMessage !== undefined && body.fromMessage === takenFrom;
    const uploadId = fromTaken ? taken[String(body.index)] : body.uploadId;
    if (uploadId !== undefined) {
      const known = files.filter(isHeld).find((file) => file.uploadId === uploadId);
      if (known) return { ...known, cid };
      const [upload] = await this.uploads.open([uploadId], reader);
      const { filename, contentType, size, heldBy } = upload!;
      const file: HeldFile = { uploadId, filename, contentType, size, cid, sha256: null };
      return heldBy === null || heldBy === id ? file : this.copy(file, reader, caller);
    }
    if (body.content !== undefined) {
      const content = Buffer.from(body.content, 'base64');
      const sha256 = createHash('sha256').update(content).digest('hex');
      const known = files.filter(isHeld).find((file) => file.sha256 === sha256);
      if (known) return { ...known, cid };
      const [file] = await this.requests.files([body], caller);
      return this.upload(file!, sha256, caller);
    }
    const { fromMessage, index } = body;
    if (fromMessage === undefined || index === undefined)
      throw new BadInput([{ field: `attachments.${n}`, message: 'needs uploadId, fromMessage and index, or content' }]);
    const known = files.find((file) => !isHeld(file) && file.fromMessage === fromMessage && file.index === index);
    if (known) return { ...known, cid };
    const [file] = await this.requests.files([body], caller);
    if (fromTaken) {
      const held = await this.upload(file!, null, caller);
      taken[String(index)] = held.uploadId;
      return held;
    }
    const { filename, contentType, content } = file!;
    return { fromMessage, index, filename, contentType, size: (content as Uint8Array).length, cid };
  }

  private async upload(
    { filename, contentType, content, cid }: OutgoingFile,
    sha256: string | null,
    caller: Caller,
  ): Promise<HeldFile> {
    const source = typeof content === 'function' ? await content() : Readable.from([Buffer.from(content)]);
    const file = { filename, contentType, declared: null };
    const { id: uploadId, ...stored } = await this.uploads.receive(
      caller.actor.id,
      file,
      source as AsyncIterable<Buffer>,
    );
    return { uploadId, ...stored, cid: cid ?? null, sha256 };
  }

  private async copy(
    { uploadId, cid, sha256 }: HeldFile,
    reader: { userId: string; draftId: string | null },
    caller: Caller,
  ): Promise<HeldFile> {
    const [upload] = await this.uploads.open([uploadId], reader);
    return this.upload({ ...upload!, cid }, sha256, caller);
  }
}
