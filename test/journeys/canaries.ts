import { createHash } from 'node:crypto';
import { ADMIN } from './running-service.js';

/** One secret for each input, so that a leak names its input. */
export const secrets = {
  mailbox: 'canary-of-the-mailbox-8f1c',
  refused: 'canary-that-was-refused-"\\-2b7e',
  quoted: 'canary-that-was-quoted-77aa',
  untested: 'canary-that-was-not-tried-90d2',
  changedRefused: 'canary-changed-and-refused-c3c3',
  repeated: 'canary-asked-for-twice-5e5e',
  malformed: 'canary-in-a-bad-body-1d0f',
  user: 'canary-of-a-person-f00d',
  guess: 'canary-of-a-guess-ab1e',
  mistyped: 'canary-typed-as-the-address-6c6c',
};

/**
 * Plain, URL-encoded, hex and Base64 forms of a secret. Base64 depends on the number of bytes before the secret, so
 * there is one form for each remainder.
 */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(before === 0 ? 0 : 4, -2),
  );
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const plain = secret.split('"')[0]!;
  return [plain, encodeURIComponent(secret), bytes.toString('hex'), ...base64, ...url];
}

/** For passwords only: a password can be guessed from its hash. The service stores the hashes of tokens on purpose. */
const hashes = (secret: string): string[] =>
  (['hex', 'base64', 'base64url'] as const).map((encoding) => createHash('sha256').update(secret).digest(encoding));

/** Names of the secrets and issued tokens that the text contains. */
export function leaksIn(text: string, tokens: readonly string[] = []): string[] {
  const passwords = Object.entries({ ...secrets, admin: ADMIN.password });
  const known = passwords.map(([name, secret]) => ({ name, marks: [...spellings(secret), ...hashes(secret)] }));
  const issued = tokens.map((token, each) => ({ name: `token ${each}`, marks: spellings(token) }));
  return [...known, ...issued].filter(({ marks }) => marks.some((mark) => text.includes(mark))).map(({ name }) => name);
}
