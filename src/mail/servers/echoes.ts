import type { Credentials } from './servers.js';

const LEFT_OUT = 'The answer of the server is left out, because it may repeat the password (•••)';

/**
 * The words of a server, or a sentence instead of them if they may repeat the secret: plain, in another case, spaced
 * out, backwards, escaped, or in hex or base64, alone or within a SASL response. A part that is cut out would show by
 * its place.
 */
export function harmless(words: string, credentials: Credentials): string {
  const secret = 'password' in credentials ? credentials.password : credentials.accessToken;
  if (secret === '') return words;
  const readings = [words, unescaped(words)].flatMap((text) => [text.toLowerCase(), bare(text)]);
  return spellingsOf(secret).some((spelling) => readings.some((text) => text.includes(spelling))) ? LEFT_OUT : words;
}

/** Letters and digits in lower case; base64 loses its case as well, which is close enough for a suspicion. */
const bare = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

function spellingsOf(secret: string): string[] {
  const backwards = [...secret].reverse().join('');
  const encoded = [Buffer.from(secret), Buffer.from(secret, 'utf16le'), Buffer.from(secret, 'latin1')].flatMap(
    (bytes) => [bytes.toString('hex'), ...base64Within(bytes)],
  );
  const plain = [secret, backwards].flatMap((text) => [text.toLowerCase(), bare(text)]);
  return [...plain, ...encoded.map(bare)].filter(Boolean);
}

/** The characters of the base64 of any text with these bytes: they depend on the place of the bytes in groups of 3. */
const base64Within = (bytes: Buffer): string[] =>
  [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6)];
    return whole.toString('base64').slice(from, to);
  });

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll(/\\(.)/g, '$1'));
  } catch {
    return text.replaceAll(/\\(.)/g, '$1');
  }
}
