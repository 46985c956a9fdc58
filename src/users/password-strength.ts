import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { BadInput } from '../platform/http/problems.js';

/** Passwords that fall to fewer guesses are refused: years of guessing within the limits of sign-ins. */
const GUESSES = 1e7;
/** The beginning of a longer password decides: the estimate takes more than linear time. */
const CHARACTERS = 64;

const SEPARATORS = /[^\p{L}\p{N}]+/gu;

let estimator: Promise<ZxcvbnFactory> | undefined;

/** Loads its lists at the first use: most processes never set a password. */
async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Estimator }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new Estimator({ dictionary, graphs: adjacencyGraphs, maxLength: CHARACTERS });
}

/** True for a common password, a simple pattern, or the person's own address or name with little added. */
export async function isEasyToGuess(password: string, about: readonly (string | null)[]): Promise<boolean> {
  const own = about
    .filter((text) => text !== null)
    .flatMap((text) => [text, text.replaceAll(SEPARATORS, ''), ...text.split(SEPARATORS)])
    .filter((each) => each.length > 2)
    .map((each) => each.slice(0, CHARACTERS));
  return (await (estimator ??= load())).check(password, own).guesses < GUESSES;
}

/** @throws BadInput */
export async function refuseEasyPassword(password: string, about: readonly (string | null)[]): Promise<void> {
  if (await isEasyToGuess(password, about))
    throw new BadInput([
      {
        field: 'password',
        message:
          'is too easy to guess: it is common, follows a pattern, or holds the name or address of the user. Use several words, or let a password manager make one',
      },
    ]);
}
