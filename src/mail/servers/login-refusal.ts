import type { FailureReason } from './servers.js';

export interface LoginRefusal {
  /** `BAD`: the server did not even try the login */
  status?: string | undefined;
  /** response code (RFC 5530 §3), in upper case */
  code?: string | undefined;
  words: string;
}

/** Response codes of a server that does not take the login at the moment. `THROTTLED`: of several providers. */
const PASSING_CODES = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'THROTTLED']);
const ABOUT_THE_LOGIN = new Set(['AUTHENTICATIONFAILED', 'AUTHORIZATIONFAILED', 'EXPIRED']);
const ABOUT_THE_ACCOUNT = new Set(['CONTACTADMIN', 'OVERQUOTA', 'CANNOT', 'NOPERM']);

const WRONG_LOGIN =
  /\b(invalid|bad|wrong|incorrect|unknown)\W+(user ?name|user|login|password|passphrase|credentials?|account)\b/i;
const ABOUT_A_LOGIN = /password|passphrase|credential|authenticat\w* fail|login (failed|incorrect)|log ?in fail/i;
const BUSY = new RegExp(
  [
    'too many',
    'simultaneous|concurrent|maximum (number|connections)',
    '(limit|quota) (was |is |has been )?(exceeded|reached|hit)|exceed(s|ed|ing)? .*limit|rate.?limit|throttl',
    'temporar(y|ily)|unavailable|not available|maintenance|overload|\\bbusy\\b|shutting down',
    '(server|internal|system|backend|database) (error|failure|problem)',
    'not connected|timed? ?out|connection (lost|refused|failed)|(mailbox|already) (is )?(in use|locked)',
    'try (it )?(again )?(later|in )|try again after',
  ].join('|'),
  'i',
);
const WANTS_TLS =
  /starttls|(must|require[sd]?|only|use|enable|need\w*) .{0,30}(tls|ssl|encrypt|secure connection)|(tls|ssl|encryption|secure connection) (is )?(required|needed)|plain ?text .{0,40}(disallowed|disabled|not allowed)/i;

/** True for words about the state of the server, not about the login: the same login may work later. */
export const isBusy = (words: string): boolean => BUSY.test(words);

/** True for a refusal of any command that is about the number of requests: more of them would be refused too. */
export const isThrottled = ({ code = '', words }: LoginRefusal): boolean =>
  code === 'LIMIT' || code === 'THROTTLED' || /throttl|rate.?limit|too many req/i.test(words);

/** True for words by which a server asks for encryption. */
export const wantsTls = (words: string): boolean => WANTS_TLS.test(words);

/**
 * The reason for a refused login: only a refusal that is about the login itself is `login-refused`. A plain NO is,
 * because most servers say no more to a wrong password.
 */
export function refusalOf({ status, code = '', words }: LoginRefusal): FailureReason {
  if (PASSING_CODES.has(code)) return 'temporarily-refused';
  if (ABOUT_THE_LOGIN.has(code)) return 'login-refused';
  if (ABOUT_THE_ACCOUNT.has(code)) return 'refused-by-server';
  if (code === 'PRIVACYREQUIRED' || wantsTls(words)) return 'tls-required';
  if (WRONG_LOGIN.test(words)) return 'login-refused';
  if (isBusy(words)) return 'temporarily-refused';
  return status === 'BAD' && !ABOUT_A_LOGIN.test(words) ? 'refused-by-server' : 'login-refused';
}
