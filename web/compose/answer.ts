import type { Schemas } from '../shared/api.js';
import type { Start } from '../shared/compositions.js';
import { type Person, withoutRepeated } from './recipients.js';
import type { Writing } from './writing.js';

type Message = Schemas['MessageAnswer'];

const REPLY = /^(?:re|odp|aw|sv)(?:\[\d+\])?:/i;
const FORWARD = /^(?:fwd?|pd|wg):/i;

/** An answer to a message, or its forwarding, before a person has written anything. @param own addresses of accounts */
export function answerTo(
  message: Message,
  kind: Exclude<Start['kind'], 'new' | 'draft'>,
  own: readonly string[],
): Writing {
  const isForward = kind === 'forward';
  const subject = message.subject ?? '';
  const nobody = { to: [], cc: [] };
  return {
    accountId: message.accountId,
    ...(isForward ? nobody : recipientsOf(message, kind === 'reply-all', own)),
    bcc: [],
    subject: isForward ? begun(subject, FORWARD, 'Fwd: ') : begun(subject, REPLY, 'Re: '),
    html: '',
    files: [],
    inReplyTo: isForward ? null : message.id,
    forwardOf: isForward ? message.id : null,
    forwardWithout: [],
    quote: !isForward,
  };
}

const begun = (subject: string, known: RegExp, prefix: string): string =>
  known.test(subject) ? subject : `${prefix}${subject}`;

/**
 * An answer goes to Reply-To, else to the author; to the recipients, if the author is oneself. An answer to all goes to
 * everybody else, too, without one's own addresses.
 */
function recipientsOf(message: Message, all: boolean, own: readonly string[]): Pick<Writing, 'to' | 'cc'> {
  const mine = new Set(own.map((address) => address.toLowerCase()));
  const isOwn = ({ address }: Person): boolean => mine.has(address.toLowerCase());
  const author = message.replyTo.length > 0 ? message.replyTo : message.from ? [message.from] : [];
  const isMine = author.length > 0 && author.every(isOwn);
  const to = isMine ? message.to : author;
  if (!all) return { to: unless(to, isOwn), cc: [] };
  const others = isMine ? message.cc : [...message.to, ...message.cc];
  const main = unless(withoutRepeated(to), isOwn);
  const taken = new Set(main.map(({ address }) => address.toLowerCase()));
  const cc = withoutRepeated(others).filter((each) => !isOwn(each) && !taken.has(each.address.toLowerCase()));
  return { to: main, cc };
}

/** Without one's own addresses, unless nobody would be left: mail to oneself can be answered. */
function unless(people: readonly Person[], isOwn: (person: Person) => boolean): Person[] {
  const others = people.filter((each) => !isOwn(each));
  return others.length > 0 ? others : [...people];
}
