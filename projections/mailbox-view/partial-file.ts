import { HttpException, type StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import parseRange from 'range-parser';
import { RELEASE } from '../../src/platform/release.js';
import { type File, fileAnswer } from './file-answer.js';

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
  file: File & { content: Uint8Array },
  tag: string,
  { headers }: Pick<FastifyRequest, 'headers'>,
  reply: FastifyReply,
): StreamableFile | undefined {
  void reply.header('ETag', tag).header('Accept-Ranges', 'bytes').header('Cache-Control', ASK_EACH_TIME);
  if (isKnown(headers['if-none-match'], tag)) return void reply.status(304);
  const ranges =
    headers.range === undefined || (headers['if-range'] !== undefined && headers['if-range'] !== tag)
      ? undefined
      : parseRange(file.size, headers.range);
  if (ranges === -1) {
    void reply.header('Content-Range', `bytes */${file.size}`);
    throw new HttpException(`The file has ${file.size} bytes. Ask for a range within them.`, 416);
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return fileAnswer(file);
  const { start, end } = ranges[0]!;
  void reply.status(206).header('Content-Range', `bytes ${start}-${end}/${file.size}`);
  return fileAnswer({ ...file, size: end - start + 1, content: file.content.subarray(start, end + 1) });
}

const isKnown = (ifNoneMatch: string | undefined, tag: string): boolean =>
  ifNoneMatch?.split(',').some((each) => ['*', tag, `W/${tag}`].includes(each.trim())) === true;
