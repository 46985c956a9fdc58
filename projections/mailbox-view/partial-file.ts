import { applyDecorators, HttpException, type StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import parseRange from 'range-parser';
import { RELEASE } from '../../src/platform/release.js';
import { type File, fileAnswer } from '../../src/platform/http/file-answer.js';

/** Describes the headers and answers of `partialFile`. */
export const InParts = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'Range',
      required: false,
      description: 'Part of the file (RFC 9110), such as `bytes=0-1023`; the answer is 206 with that part.',
    }),
    ApiHeader({ name: 'If-None-Match', required: false, description: '`ETag` that the client has; then 304.' }),
    ApiResponse({ status: 206, description: 'The part of the file.', schema: { type: 'string', format: 'binary' } }),
    ApiResponse({ status: 304, description: 'The client has the file already.' }),
    ApiResponse({ status: 416, description: 'Range Not Satisfiable: the range lies beyond the end of the file.' }),
  );

/** Browsers keep the file, but ask each time: the right to see it may end. */
const ASK_EACH_TIME = 'private, no-cache';

/** Entity tag of a part of a message. Bytes of messages never change, but another release may decode them otherwise. */
export const tagOf = (messageId: string, index: string): string =>
  `"${createHash('sha256').update(`${RELEASE} ${messageId} ${index}`).digest('base64url').slice(0, 27)}"`;

/**
 * The file, the part of it that `Range` names (RFC 9110 §14), or undefined for 304 if the client has it already.
 * Several ranges at a time get the whole file.
 * @throws HttpException 416 for a range beyond the end
 */
export function partialFile(
  file: File,
  tag: string,
  { headers }: Pick<FastifyRequest, 'headers'>,
  reply: FastifyReply,
): StreamableFile | undefined {
  void reply.header('ETag', tag).header('Accept-Ranges', 'bytes').header('Cache-Control', ASK_EACH_TIME);
  if (isKnown(headers['if-none-match'], tag)) {
    discard(file);
    return void reply.status(304);
  }
  const ranges =
    headers.range === undefined || (headers['if-range'] !== undefined && headers['if-range'] !== tag)
      ? undefined
      : parseRange(file.size, headers.range);
  if (ranges === -1) {
    discard(file);
    void reply.header('Content-Range', `bytes */${file.size}`);
    throw new HttpException(`The file has ${file.size} bytes. Ask for a range within them.`, 416);
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return fileAnswer(file);
  const { start, end } = ranges[0]!;
  void reply.status(206).header('Content-Range', `bytes ${start}-${end}/${file.size}`);
  return fileAnswer({ ...file, size: end - start + 1, content: part(file.content, start, end) });
}

const part = (content: File['content'], start: number, end: number): File['content'] =>
  content instanceof Uint8Array
    ? content.subarray(start, end + 1)
    : Readable.from(bytesOf(content, start, end), { objectMode: false });

/** Bytes from `start` to `end` of a stream, which is destroyed after them. */
async function* bytesOf(content: Readable, start: number, end: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of content as AsyncIterable<Uint8Array>) {
    const wanted = chunk.subarray(Math.max(start - at, 0), Math.max(end + 1 - at, 0));
    if (wanted.length > 0) yield wanted;
    at += chunk.length;
    if (at > end) return;
  }
}

function discard({ content }: File): void {
  if (content instanceof Readable) content.destroy();
}

const isKnown = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch?.split(',').some((each) => ['*', tag, `W/${tag}`].includes(each.trim())) === true;
