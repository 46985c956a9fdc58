/** A command that is answered with a tagged NO (cannot be done) or BAD (cannot be understood), RFC 3501 section 7.1. */
export class Refusal extends Error {
  constructor(
    readonly status: 'NO' | 'BAD',
    text: string,
  ) {
    super(text);
  }
}
