import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { partialFile, tagOf } from './partial-file.js';

const file = { name: 'digits.txt', type: 'text/plain', size: 10, content: Buffer.from('0123456789') };
const TAG = tagOf('message', '0');

/** The same file as a stream of a few bytes at a time. */
const streamed = () => ({ ...file, content: Readable.from(['012', '345', '6789'].map((text) => Buffer.from(text))) });

async function ask(headers: Record<string, string>, of: Parameters<typeof partialFile>[0] = file) {
  const given: Record<string, unknown> = { status: 200 };
  const reply = {
    header: (name: string, value: string) => ((given[name] = value), reply),
    status: (status: number) => ((given.status = status), reply),
  } as unknown as FastifyReply;
  try {
    const answer = partialFile(of, TAG, { headers }, reply);
    return {
      ...given,
      length: answer?.options.length,
      text: answer && (await buffer(answer.getStream())).toString(),
    };
  } catch (error) {
    return { ...given, error: (error as { status: number }).status };
  }
}

it.each<[string, string, string]>([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-2', '89', 'bytes 8-9/10'],
  ['bytes=5-99', '56789', 'bytes 5-9/10'],
])('the range %s is %s', async (range, text, contentRange) => {
  expect(await ask({ range })).toMatchObject({
    ...{ status: 206, 'Content-Range': contentRange, text, length: text.length, ETag: TAG },
  });
});

it.each<[string, string]>([
  ['bytes=0-3', '0123'],
  ['bytes=2-2', '2'],
  ['bytes=3-5', '345'],
  ['bytes=4-', '456789'],
  ['bytes=-1', '9'],
])('the range %s of a stream is %s, and the stream ends after it', async (range, text) => {
  const stream = streamed();
  expect(await ask({ range }, stream)).toMatchObject({ status: 206, text, length: text.length });
  expect(stream.content.destroyed).toBe(true);
});

it('a stream that nobody reads is destroyed', async () => {
  for (const headers of [{ range: 'bytes=10-' }, { 'if-none-match': TAG }] as Record<string, string>[]) {
    const stream = streamed();
    await ask(headers, stream);
    expect(stream.content.destroyed).toBe(true);
  }
});

it.each(['nonsense', 'lines=0-3', 'bytes=0-1,3-4'])('the range %s is ignored', async (range) => {
  expect(await ask({ range })).toMatchObject({ status: 200, text: '0123456789', length: 10, 'Accept-Ranges': 'bytes' });
});

it('a range beyond the end is a 416 with the size', async () => {
  expect(await ask({ range: 'bytes=10-' })).toMatchObject({ error: 416, 'Content-Range': 'bytes */10' });
});

it('a range of another state of the file is ignored, a range of this state is not', async () => {
  expect(await ask({ range: 'bytes=0-3', 'if-range': '"other"' })).toMatchObject({ status: 200, length: 10 });
  expect(await ask({ range: 'bytes=0-3', 'if-range': TAG })).toMatchObject({ status: 206, length: 4 });
});

it.each([TAG, `"other", W/${TAG}`, '*'])('a client that has %s gets no file again', async (known) => {
  expect(await ask({ 'if-none-match': known })).toMatchObject({ status: 304, text: undefined, ETag: TAG });
});

it('a client with another file gets this file', async () => {
  expect(await ask({ 'if-none-match': '"other"' })).toMatchObject({ status: 200, text: '0123456789' });
  expect(tagOf('message', '1')).not.toBe(TAG);
});
