/** Address of the absent account in the cases. */
export const ME = 'anna@office.example';
/** Another account of the organisation. */
export const COLLEAGUE = 'ben@office.example';

const LETTER = ['Return-Path: <kim@shop.example>', 'From: Kim <kim@shop.example>', `To: Anna <${ME}>`, 'Subject: Hi'];

/** Fields of an ordinary letter, with these in place of its own. A field without a value is left out. */
export function fieldsOf(fields: readonly string[]): string[] {
  const name = (field: string): string => field.slice(0, field.indexOf(':')).toLowerCase();
  const given = new Set(fields.map(name));
  return [...LETTER.filter((field) => !given.has(name(field))), ...fields].filter((line) => !/:\s*$/.test(line));
}

/** Messages that get an absence reply (RFC 3834, RFC 5230, and the tests of Pigeonhole's `vacation`). */
export const ANSWERED: [string, string[]][] = [
  ['that is an ordinary letter', []],
  ['to the account in Cc', ['To: lee@shop.example', `Cc: ${ME}`]],
  ['to the account in Bcc', ['To: lee@shop.example', `Bcc: ${ME}`]],
  ['that somebody resent to the account', ['To: lee@shop.example', `Resent-To: ${ME}`]],
  ['to another spelling of the address', ['To: ANNA@OFFICE.EXAMPLE']],
  ['to one of many', [`To: lee@shop.example, "Nowak, Anna" <${ME}>, ben@office.example`]],
  ['that says that it is not automatic', ['Auto-Submitted: no']],
  ['that says so with a comment', ['Auto-Submitted: no (a person wrote this)']],
  ['of first class', ['Precedence: first-class']],
  ['that suppresses reports only', ['X-Auto-Response-Suppress: DR, RN, NRN']],
  ['without a return path', ['Return-Path:']],
  ['from a person with a name like a list', ['From: Request Smith <request.smith@shop.example>']],
  ['with a name in UTF-8', ['From: =?utf-8?q?Zo=C3=AB?= <kim@shop.example>']],
];

/** Messages that get none, with the reason. */
export const UNANSWERED: [string, string[], string][] = [
  ['from the own address', [`From: ${ME}`], 'own-sender'],
  ['with the own address as return path', [`Return-Path: <${ME}>`], 'own-sender'],
  ['from another account of the organisation', ['From: Ben@Office.example'], 'own-sender'],
  ['with a null return path', ['Return-Path: <>'], 'null-return-path'],
  ['with a null return path with blanks', ['Return-Path: < >'], 'null-return-path'],
  ['without a sender', ['From:', 'Return-Path:'], 'no-sender'],
  ['from a sender without a domain', ['From: root (Cron)', 'Return-Path: root'], 'no-sender'],
  ['from a mail server', ['From: MAILER-DAEMON@shop.example', 'Return-Path:'], 'system-sender'],
  ['from listserv', ['From: LISTSERV@lists.example'], 'system-sender'],
  ['from majordomo', ['Return-Path: <majordomo@lists.example>'], 'system-sender'],
  ['from the address of a list for requests', ['From: cats-request@lists.example'], 'system-sender'],
  ['from the owner of a list', ['Return-Path: <owner-cats@lists.example>'], 'system-sender'],
  ['with a system address as Sender', ['Sender: cats-bounces@lists.example'], 'system-sender'],
  ['from no-reply', ['From: no-reply@shop.example'], 'system-sender'],
  ['from noreply with a number', ['From: noreply2@shop.example'], 'system-sender'],
  ['from a do-not-reply with a tag', ['From: DoNotReply+123@shop.example'], 'system-sender'],
  ['from a Polish no-reply', ['From: nie_odpowiadaj@sklep.example'], 'system-sender'],
  ...['List-Id', 'List-Owner', 'List-Subscribe', 'List-Post', 'List-Unsubscribe', 'List-Help', 'List-Archive'].map(
    (name): [string, string[], string] => [`of a mailing list (${name})`, [`${name}: <x>`], 'mailing-list'],
  ),
  ['that another program answered', ['Auto-Submitted: auto-replied'], 'auto-submitted'],
  ['that a program made', ['Auto-Submitted: auto-generated (failure)'], 'auto-submitted'],
  ['with a second field', ['Auto-Submitted: no', 'Auto-Submitted: auto-notified'], 'auto-submitted'],
  ['sent in bulk', ['Precedence: bulk'], 'bulk'],
  ['of a list, by its precedence', ['Precedence: list'], 'bulk'],
  ['that is junk by its precedence', ['Precedence: Junk'], 'bulk'],
  ['that suppresses all answers', ['X-Auto-Response-Suppress: All'], 'response-suppressed'],
  ['that suppresses absence replies', ['X-Auto-Response-Suppress: OOF'], 'response-suppressed'],
  ['that suppresses them among others', ['X-Auto-Response-Suppress: DR, OOF, RN'], 'response-suppressed'],
  ['that is a report', ['Content-Type: multipart/report; boundary=b'], 'report'],
  ['that a filter marked', ['X-Spam-Flag: YES'], 'junk'],
  ['to others only', ['To: all@office.example'], 'not-addressed'],
  ['to hidden recipients', ['To: undisclosed-recipients:;'], 'not-addressed'],
  ['with the address as a name only', [`To: "${ME}" <lee@shop.example>`], 'not-addressed'],
];
