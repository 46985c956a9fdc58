/** Ends a command with a tagged NO (failed) or BAD (not understood), RFC 3501 section 7.1. */
export class Refusal extends Error {
  constructor(
    readonly status: 'NO' | 'BAD',
    text: string,
  ) {
    super(text);
  }
}
