import { Inject, Injectable } from '@nestjs/common';
import { addressKey } from '../mail/reading/address-keys.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import type { PersonalContent } from './message.events.js';

type Sent = Pick<PersonalContent, 'header' | 'from' | 'date'>;
type Linked = Pick<PersonalContent, 'header' | 'inReplyTo' | 'references' | 'from' | 'to' | 'cc' | 'replyTo'>;

/** References that count besides the first one: the nearest ancestors. */
const LAST_REFERENCES = 20;

/** HMACs of the fields by which messages are compared, of 32 hex digits. They reveal nothing without the master key. */
@Injectable()
export class MessageKeys {
  constructor(@Inject(MasterKey) private readonly master: Pick<MasterKey, 'nameFor'>) {}

  /** Key of a person's address, equal in all accounts and for all spellings. */
  person(address: string): string {
    return addressKey(this.master, address);
  }

  /**
   * Equal for copies of one message with other header fields, such as those of a second server: same Message-ID, From,
   * Date and body. It is the id of the message. Null without a Message-ID or a date.
   */
  identity(accountId: string, head: Sent, bodyHash: string): string | null {
    const sent = sentBy(head);
    return sent === null ? null : this.master.nameFor('message', `${accountId} ${sent} ${bodyHash}`);
  }

  /**
   * Equal for messages of which only one triggers reactions: same Message-ID, From and Date. Null without
   * a Message-ID or a date.
   */
  reaction(accountId: string, head: Sent): string | null {
    const sent = sentBy(head);
    return sent === null ? null : this.master.nameFor('reaction', `${accountId} ${sent}`);
  }

  /**
   * Messages of an account with a common key are one conversation. Keys of the Message-IDs that a message names: the
   * first and the last 20 of References, In-Reply-To, and its own (RFC 5322 §3.6.4).
   */
  conversation(accountId: string, head: Linked): string[] {
    return idsOf(head).map((id) => this.id(accountId, id));
  }

  /** Key of the Message-ID of a message that was sent from here, as its copy in Sent has it. */
  sent(accountId: string, header: string): string {
    return this.master.nameFor('sent', `${accountId} ${header}`);
  }

  /** First guess of the conversation, which most answers share: key of the oldest known ancestor. */
  thread(accountId: string, head: Linked, messageId: string): string {
    return this.id(accountId, idsOf(head)[0] ?? messageId);
  }

  private id(accountId: string, id: string): string {
    return this.master.nameFor('thread', `${accountId} ${id}`);
  }
}

const sentBy = ({ header, from, date }: Sent): string | null =>
  header === null || date === null ? null : JSON.stringify([header, from?.address.toLowerCase() ?? null, date]);

/** Oldest first. Some old programs write the address of the sender in place of a Message-ID: it names no message. */
function idsOf({ header, inReplyTo, references, from, to, cc, replyTo }: Linked): string[] {
  const people = new Set(
    [from, ...(to ?? []), ...(cc ?? []), ...(replyTo ?? [])].map((one) => `<${one?.address.toLowerCase()}>`),
  );
  const [first, ...others] = (references ?? []).filter((id) => !people.has(id.toLowerCase()));
  const answered = inReplyTo !== null && !people.has(inReplyTo.toLowerCase()) ? inReplyTo : null;
  const ids = [first, ...others.slice(-LAST_REFERENCES), answered, header];
  return [...new Set(ids.filter((id) => id !== undefined && id !== null))];
}
