import { tidyAddress } from './normal-address.js';
import { codeOf, oneLine, type ReportedRecipient } from './delivery-status.js';

/** Beginning of a text that is read: reports are short, and the returned message follows. */
const MOST_LINES = 1000;
const MOST_RECIPIENTS = 500;

/** Words by which mail servers say that they did not deliver. */
const FAILURE = new RegExp(
  [
    /(could|can|cannot|can't|couldn't|was|were|is|be|has|have)( ?n.t| not)?( been)?( yet)?( be)?( able to)? ?deliver/,
    /unable to (deliver|send|relay)|n.t able to deliver|undeliver|non[- ]?deliver|did(n.t| not) reach|not delivered/,
    /deliver\w*[^.]{0,60}(fail|delay|error|problem|unsuccessful|impossible|rejected)|(fail\w*|error)[^.]{0,40}deliver/,
    /(permanent|fatal|temporary)[^.]{0,20}(error|failure)|returned (mail|to (the )?sender|message)|failed (recipient|address)/,
    /(message|mail)[^.]{0,80}(rejected|refused|not accepted|returned|bounced|being retried)|following (address|recipient|destination)/,
    /user (unknown|not found)|(unknown|no such|invalid) user|mailbox (is )?full|failure notice|malformed address|host unknown/,
    /nie (może|mogła|mogło|została|zostało|udało|można)[^.]{0,60}(dostarcz|doręcz|wysł)|nie (dostarczon|doręczon)|niedoręcz|niedostarcz/,
    /(nicht|un)[^.]{0,40}(zugestellt|zustellbar|übermittelt)|zustellung[^.]{0,40}(fehl|nicht)/,
    /n.a (pas )?(pu|été)[^.]{0,30}(remis|délivré|distribué|envoyé)|non remis|échec de (la )?(remise|livraison)/,
    /no (se )?(pudo|ha podido|ha sido)[^.]{0,30}(entreg|envi)|error de entrega|non (è stato|può|e' stato)[^.]{0,40}(consegn|recapit)/,
    /не (может|удалось|была|был)[^.]{0,40}достав|недоставлен|配信|配送|届け|送信できません|宛先|メール/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

const DELAY =
  /delay|not yet (been )?deliver|will (be retried|keep trying|continue|be tried again|retry)|still (being )?(re)?tr(y|ied)|warning|opóźni|verzöger|retardé|do not need to resend/i;
const GIVEN_UP = /permanent|given up|giving up|gave up|could not be delivered|failed permanently|no longer|bounced/i;

/** Lines behind which the returned message begins. */
const RETURNED =
  /^[\s>]*[-=_*+]{2,}.{0,60}\b(message|copy|original|headers?|nachricht|wiadomo\w+|returned|unsent|undelivered)\b|^[\s>]*((below|included|enclosed|attached) (this line )?is|(this|the following|here) is) (a |the )?(copy|original|returned|full)|^[\s>]*(original message|message headers?|received message|your (original )?message)\b.{0,40}(follows?|below|:\s*$|is (as follows|enclosed))|^\s*oryginalna wiadomo|^\s*(copy|headers?) of (the |your )?(original |returned )?message/i;
const HEADER =
  /^[\s>]{0,4}(received|return-path|message-id|from|to|date|subject|mime-version|x-[\w-]+|content-type|sender|dkim-signature):/i;

/** An address at the beginning of a line, with the signs that reports put before it. */
const AT_START =
  /^[\s>]*(?:[-*•|]+\s*)?([45]\d\d[ -](?:[45]\.\d+\.\d+ )?(?=<))?(?:(?:(?:failed|final|original|invalid|bad)[- ])?(?:recipient|address|addressee|odbiorca|adres|user|empfänger|destinataire|mailbox)(?:[- ](?:address|name)|\(s\)|s)?\s*[:=]\s*)?(?:rfc822\s*;\s*)?[<"'[(]*(?:smtp:|mailto:)?([^\s<>()[\]"',;:*]+@[a-z0-9\u0080-\uffff.-]+\.[a-z\u0080-\uffff][a-z0-9\u0080-\uffff-]+)[>"'\])]*(.*)$/i;
const ANY_ADDRESS = /[^\s<>()[\]"',;:=*]+@[a-z0-9\u0080-\uffff.-]+\.[a-z\u0080-\uffff][a-z0-9\u0080-\uffff-]+/gi;
const TO = /RCPT TO:?\s*<?([^\s<>]+@[^\s<>,;:]+)/gi;
const MAIL_TO = /\b(?:mail|message|deliver\w*) (?:to|for) <([^\s<>]+@[^\s<>]+)>/gi;
const ROLES =
  /^(postmaster|mailer-daemon|abuse|support|help\w*|admin\w*|hostmaster|info|root|no-?reply|contact|webmaster|security|removal|delist|whitelist|[\da-f]{16,}.*)@/i;

export interface ReportText {
  recipients: ReportedRecipient[];
  /** lines of the returned message, from the line of its announcement */
  returned: string;
}

export const announcesFailure = (text: string): boolean => FAILURE.test(text);

/**
 * Reads a report that is written for people only: by Exim, qmail, Exchange, Domino, providers of mailboxes. All of them
 * put the address at the beginning of a line, with the reason behind it or below.
 * @param failed recipients in the field X-Failed-Recipients
 * @param own addresses of the report itself, which are no recipients unless they stand at the beginning of a line
 */
export function readReportText(
  text: string,
  subject: string,
  failed: readonly string[],
  own: ReadonlySet<string>,
): ReportText {
  const lines = text.split(/\r?\n/).slice(0, MOST_LINES);
  const end = returnedAt(lines);
  const explanation = lines.slice(0, end);
  const words = explanation.join(' ');
  const returned = lines.slice(end).join('\n');
  if (!announcesFailure(words) && !announcesFailure(subject)) return { recipients: [], returned };
  const action = DELAY.test(`${subject} ${words}`) && !GIVEN_UP.test(`${subject} ${words}`) ? 'delayed' : 'failed';
  const found = new Map<string, { address: string; diagnostic: string }>();
  const add = (address: string, diagnostic: string): void => {
    const key = address.toLowerCase();
    const before = found.get(key);
    if (before === undefined ? found.size < MOST_RECIPIENTS : before.diagnostic === '')
      found.set(key, { address: before?.address ?? tidyAddress(address.replace(/\.$/, '')), diagnostic });
  };
  for (const { address, diagnostic } of paragraphs(explanation)) add(address, diagnostic);
  for (const pattern of [TO, MAIL_TO])
    if (found.size === 0) for (const [, address] of words.matchAll(pattern)) add(address!, '');
  if (found.size === 0) for (const address of failed) add(address, '');
  if (found.size === 0) {
    const others = [...words.matchAll(ANY_ADDRESS)].map(([address]) => address.replace(/\.$/, ''));
    const named = new Set(others.filter((each) => !own.has(each.toLowerCase()) && !ROLES.test(each)));
    if (named.size === 1) add([...named][0]!, '');
  }
  if (found.size === 0) for (const { address, diagnostic } of paragraphs(explanation, true)) add(address, diagnostic);
  const recipients = [...found.values()].map(({ address, diagnostic }): ReportedRecipient => {
    const code =
      codeOf('', diagnostic) ?? codeOf('', afterAnnouncement(words)) ?? (action === 'failed' ? '5.0.0' : '4.0.0');
    return { address, action, code, diagnostic: oneLine(diagnostic === '' ? afterAnnouncement(words) : diagnostic) };
  });
  return { recipients, returned };
}

/** The text from the first word of a failure. */
const afterAnnouncement = (words: string): string => words.slice(FAILURE.exec(words)?.index ?? 0);

function returnedAt(lines: readonly string[]): number {
  for (let n = 0; n < lines.length; n++) {
    if (n > 2 && RETURNED.test(lines[n]!) && !AT_START.test(lines[n]!)) return n;
    const headers = lines.slice(n, n + 8).filter((line) => HEADER.test(line) || /^[ \t]/.test(line));
    if (HEADER.test(lines[n]!) && headers.filter((line) => HEADER.test(line)).length >= 3) return n;
  }
  return lines.length;
}

/**
 * Each address at the beginning of a line, with the text up to the next one or to the end of its paragraphs.
 * @param withRoles false: an address such as postmaster@ counts only in angle brackets, since reports name it for help
 */
function* paragraphs(lines: readonly string[], withRoles = false): Generator<{ address: string; diagnostic: string }> {
  let address: string | undefined;
  let diagnostic: string[] = [];
  let empty = 0;
  for (const line of lines) {
    const [, reply = '', found, rest] = AT_START.exec(line) ?? [];
    if (found !== undefined && (withRoles || !ROLES.test(found) || /^[\s>]*</.test(line))) {
      if (address !== undefined) yield { address, diagnostic: diagnostic.join(' ') };
      [address, diagnostic, empty] = [found, [`${reply}${rest!.replace(/^[\s:>.,-]+/, '')}`], 0];
    } else if (line.trim() === '') empty += 1;
    else if (address !== undefined && empty < 2) diagnostic.push(line.trim());
  }
  if (address !== undefined) yield { address, diagnostic: diagnostic.join(' ').trim() };
}
