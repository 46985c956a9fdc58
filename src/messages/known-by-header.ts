import { Injectable } from '@nestjs/common';
import { MessageReader } from '../mail/reading/message-reader.js';
import { KnownMessages } from './known-messages.js';
import { linkedOf } from './message-content.js';
import { MessageKeys } from './message-keys.js';

/** Finds messages on record by Message-ID, From and Date alone. A stranger can repeat them: a match hides nothing. */
@Injectable()
export class KnownByHeader {
  constructor(
    private readonly known: KnownMessages,
    private readonly keys: MessageKeys,
    private readonly reader: MessageReader,
  ) {}

  /** Ids of messages, in the order of the headers; null for a header that fits none or several. */
  async find(accountId: string, headers: readonly Buffer[]): Promise<(string | null)[]> {
    const heads = await this.reader.heads(
      headers.map((raw) => ({ raw })),
      accountId,
    );
    const wanted = heads.map(({ head }) => this.keys.reaction(accountId, linkedOf(head)));
    const alike = await this.known.alike(
      [],
      wanted.flatMap((key) => key ?? []),
    );
    return wanted.map((key) => {
      const [only, ...others] = key === null ? [] : alike.filter(({ reactionKey }) => reactionKey === key);
      return only && others.length === 0 ? only.messageId : null;
    });
  }
}
