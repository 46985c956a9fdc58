import { HostNotAllowed, HostUnknown } from './outbound-guard.js';
import type { FailureReason } from './servers.js';

const CERTIFICATE = /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|ERR_TLS_CERT_)/;
const TLS = /^(ERR_TLS_|ERR_SSL_|EPROTO$)/;
const OLD_TLS = /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW|INAPPROPRIATE_FALLBACK/;

const REASONS: Record<string, FailureReason> = {
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ETIMEDOUT: 'timed-out',
  ECONNRESET: 'connection-lost',
  ECONNABORTED: 'connection-lost',
  EPIPE: 'connection-lost',
};

const WORDS: Record<string, string> = {
  ECONNREFUSED: 'no server answers at this port',
  EHOSTUNREACH: 'no way leads to this host',
  EHOSTDOWN: 'the host is down',
  ENETUNREACH: 'no way leads to the network of this host',
  ENETDOWN: 'the network is down',
  EADDRNOTAVAIL: 'this address cannot be connected to',
  EACCES: 'the network of this service does not allow it',
  EPERM: 'the network of this service does not allow it',
  ETIMEDOUT: 'no answer',
  ECONNRESET: 'the server closed the connection',
  ECONNABORTED: 'the connection broke',
  EPIPE: 'the server closed the connection',
  CERT_HAS_EXPIRED: 'the certificate of the server has expired',
  CERT_NOT_YET_VALID: 'the certificate of the server is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of the server is for another host',
  HOSTNAME_MISMATCH: 'the certificate of the server is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of the server is signed by the server itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate of the server comes from an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of the server comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate of the server comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate of the server comes from an unknown authority',
};

/** The reason for an error of the guard, of Node's sockets or of Node's TLS; null for any other error. */
export function networkReason(error: unknown, code: string | undefined): FailureReason | null {
  if (error instanceof HostNotAllowed) return 'host-not-allowed';
  if (error instanceof HostUnknown) return 'host-unknown';
  if (code === undefined) return null;
  return CERTIFICATE.test(code) || TLS.test(code) ? 'tls-failed' : (REASONS[code] ?? null);
}

/** Plain words for an error of Node's sockets or of Node's TLS; null for any other error. */
export function networkWords(code: string | undefined): string | null {
  if (code === undefined) return null;
  const words = WORDS[code];
  if (words !== undefined) return words;
  if (CERTIFICATE.test(code)) return 'the certificate of the server is not valid';
  if (OLD_TLS.test(code)) return 'the server has only old versions of TLS';
  return TLS.test(code) ? 'the server does not answer in TLS' : null;
}
