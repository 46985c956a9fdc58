import { randomBytes } from 'node:crypto';
import { MasterKey } from './master-key.js';
import { random, seal } from './sealing.js';
import type { SealedText } from './unsealing.js';

const master = new MasterKey(randomBytes(32));

function sealedText(id: string, text: string, by = master): SealedText {
  const key = random(32);
  return {
    key: { id, wrapped: by.wrap(key, id) },
    sealed: seal(key, Buffer.from(text), `letter ${id}`).toString('base64'),
    context: `letter ${id}`,
  };
}

it('opens texts in their order', async () => {
  const texts = Array.from({ length: 300 }, (_, n) => `${n} Grüße, 你好 😀 `.repeat(n));
  expect(await master.unsealInThread(texts.map((text, n) => sealedText(String(n), text)))).toEqual(texts);
});

it('returns null for a text that does not open, and opens the others', async () => {
  const other = sealedText('b', 'b', new MasterKey(randomBytes(32)));
  const [a, c] = [sealedText('a', 'a'), sealedText('c', 'c')];
  const moved = { ...a, context: 'letter z' };
  const renamed = { ...a, key: { ...a.key, id: 'z' } };
  const broken = { ...a, sealed: 'AAAA' };
  const lost = { ...a, key: { ...a.key, wrapped: Buffer.alloc(0) } };
  expect(await master.unsealInThread([a, other, moved, renamed, broken, lost, c])).toEqual([
    'a',
    null,
    null,
    null,
    null,
    null,
    'c',
  ]);
});

it('returns null for all texts when the thread fails, and works at the next call', async () => {
  const uncloneable = { ...sealedText('a', 'a'), context: (() => undefined) as unknown as string };
  expect(await master.unsealInThread([uncloneable])).toEqual([null]);
  expect(await master.unsealInThread([sealedText('a', 'a')])).toEqual(['a']);
});
