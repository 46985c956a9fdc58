import addressparser from 'nodemailer/lib/addressparser';
import { field, type MimePart } from './mime-part.js';
import { list, nstring, type Piece } from './wire.js';

/** RFC 3501 section 7.4.2, ENVELOPE. */
export function envelope({ fields }: MimePart): Piece[] {
  const from = addresses(field(fields, 'from'));
  const [sender, replyTo] = [addresses(field(fields, 'sender')), addresses(field(fields, 'reply-to'))];
  return list([
    nstring(field(fields, 'date')),
    nstring(field(fields, 'subject')),
    from,
    sender[0] === 'NIL' ? from : sender,
    replyTo[0] === 'NIL' ? from : replyTo,
    addresses(field(fields, 'to')),
    addresses(field(fields, 'cc')),
    addresses(field(fields, 'bcc')),
    nstring(field(fields, 'in-reply-to')),
    nstring(field(fields, 'message-id')),
  ]);
}

/** A list of (name route mailbox host). Entries without a host begin and end a group. */
function addresses(value: string | undefined): Piece[] {
  const entries = addressparser(value).flatMap((each) =>
    each.group ? [groupStart(each.name), ...each.group.flatMap((member) => mailbox(member)), groupEnd] : mailbox(each),
  );
  return entries.length === 0 ? ['NIL'] : list(entries, '');
}

function mailbox({ name, address = '' }: { name: string; address?: string }): Piece[][] {
  if (!name && !address) return [];
  const at = address.lastIndexOf('@');
  const [local, domain] = at === -1 ? [address || name, ''] : [address.slice(0, at), address.slice(at + 1)];
  return [list([nstring(address && name ? name : undefined), ['NIL'], nstring(local), nstring(domain)])];
}

const groupStart = (name: string) => list([['NIL'], ['NIL'], nstring(name), ['NIL']]);
const groupEnd = list([['NIL'], ['NIL'], ['NIL'], ['NIL']]);
