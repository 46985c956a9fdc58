import { domainToASCII } from 'node:url';
import type { SmtpReply } from './smtp-reply.js';

export interface Envelope {
  /** the address for bounces, which may differ from From; empty: the null sender `<>` */
  from: string;
  to: readonly string[];
}

/** The addresses of an envelope as a server takes them. */
export interface SpokenEnvelope {
  from: string;
  /** given address to spoken address; only addresses that the server can take */
  to: Map<string, string>;
  /** given addresses that need SMTPUTF8 */
  unspeakable: string[];
}

const ASCII = /^[ -~]*$/;
/** RFC 6531 §3.5 and RFC 6533 §5: the answer of a server that takes no such address. */
export const NOT_ASCII: SmtpReply = {
  code: 553,
  enhanced: '5.6.7',
  line: '553 5.6.7 The outgoing server takes no address with letters outside ASCII before the @ (SMTPUTF8).',
};

/** Domains become A-labels, which every server takes. Other letters outside ASCII need SMTPUTF8 (RFC 6531). */
export function speak({ from, to }: Envelope, takesUtf8: boolean): SpokenEnvelope {
  const spoken = [...new Set(to)].map((address) => [address, withALabels(address)] as const);
  const canSpeak = (address: string): boolean => takesUtf8 || ASCII.test(address);
  return {
    from: withALabels(from),
    to: new Map(spoken.filter(([, address]) => canSpeak(address))),
    unspeakable: spoken.filter(([, address]) => !canSpeak(address)).map(([given]) => given),
  };
}

/** True if the server can take this sender. */
export const canSend = ({ from }: SpokenEnvelope, takesUtf8: boolean): boolean => takesUtf8 || ASCII.test(from);

function withALabels(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  // Empty for a domain that is none: the server shall say so.
  return address.slice(0, at) + (domainToASCII(address.slice(at)) || address.slice(at));
}
