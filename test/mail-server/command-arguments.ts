import type { ImapAttribute } from 'imapflow/lib/handler/types.js';
import { decodeFolderName } from './folder-name.js';
import { Refusal } from './refusal.js';

/** A parsed command's arguments, read from left to right; what does not fit is answered with BAD. */
export class CommandArguments {
  constructor(private readonly rest: ImapAttribute[]) {}

  get empty(): boolean {
    return this.rest.length === 0;
  }

  next(): ImapAttribute {
    const argument = this.rest.shift();
    if (argument === undefined) throw new Refusal('BAD', 'An argument is missing');
    return argument;
  }

  bytes(): Buffer {
    return bytesOf(this.next());
  }

  text(): string {
    return this.bytes().toString('utf8');
  }

  folderName(): string {
    return decodeFolderName(this.text());
  }

  /** A parenthesized list, or a single one without its parentheses. */
  list(): ImapAttribute[] {
    const argument = this.next();
    return Array.isArray(argument) ? argument : [argument];
  }

  nextIsList(): boolean {
    return Array.isArray(this.rest[0]);
  }

  nextText(): string | undefined {
    const next = this.rest[0];
    return next && !Array.isArray(next) ? bytesOf(next).toString('utf8') : undefined;
  }
}

export function textOf(argument: ImapAttribute): string {
  return bytesOf(argument).toString('utf8');
}

function bytesOf(argument: ImapAttribute): Buffer {
  const value = argument === null || Array.isArray(argument) ? undefined : argument.value;
  if (value === undefined || value === null) throw new Refusal('BAD', 'A string is expected here');
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value));
}
