import type { ImapAttribute } from 'imapflow/lib/handler/types.js';
import { decodeFolderName } from './folder-name.js';
import { Refusal } from './refusal.js';

/** The arguments of a parsed command, read from left to right. @throws Refusal BAD for a missing or wrong argument */
export class CommandArguments {
  constructor(private readonly rest: ImapAttribute[]) {}

  get empty(): boolean {
    return this.rest.length === 0;
  }

  /** True if an argument that is not read yet is this word. */
  includes(word: string): boolean {
    return this.rest.some((argument) => String(argument?.value).toUpperCase() === word);
  }

  next(): ImapAttribute {
    const argument = this.rest.shift();
    if (argument === undefined) throw new Refusal('BAD', 'Missing argument');
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

  /** A parenthesized list, or a single argument as a list of one. */
  list(): ImapAttribute[] {
    const argument = this.next();
    return Array.isArray(argument) ? argument : [argument];
  }

  /** A mod-sequence, RFC 7162 section 7. */
  modseq(): number {
    const text = this.text();
    if (!/^\d{1,19}$/.test(text)) throw new Refusal('BAD', 'Invalid mod-sequence');
    return Number(text);
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
  if (value === undefined || value === null) throw new Refusal('BAD', 'String expected');
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value));
}
