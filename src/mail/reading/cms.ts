import { inflateSync } from 'node:zlib';
import { Constructed, fromBER, ObjectIdentifier, OctetString } from 'asn1js';

/** A signature or encryption of S/MIME (CMS, RFC 5652). `content`: the MIME entity within; not verified. */
export type Cms = { kind: 'signed' | 'compressed'; content: Buffer } | { kind: 'encrypted' };

const KINDS: Readonly<Record<string, Cms['kind']>> = {
  '1.2.840.113549.1.7.2': 'signed',
  '1.2.840.113549.1.7.3': 'encrypted',
  '1.2.840.113549.1.7.6': 'encrypted',
  '1.2.840.113549.1.9.16.1.9': 'compressed',
  '1.2.840.113549.1.9.16.1.23': 'encrypted',
};

/** Larger messages are not opened at all. A signature in pieces of 1 KB has 50,000 nodes then. */
const BOUNDS = { maxNodes: 60_000, maxContentLength: 64 * 1024 * 1024, parseEmbedded: false, copyInput: false };
const MOST_INFLATED = 32 * 1024 * 1024;

/** undefined: no CMS, or only certificates */
export function readCms(bytes: Buffer): Cms | undefined {
  const { offset, result } = fromBER(bytes, BOUNDS);
  if (offset === -1) return undefined;
  const [type, wrapped] = childrenOf(result);
  const kind = type instanceof ObjectIdentifier ? KINDS[type.getValue()] : undefined;
  if (kind === undefined || kind === 'encrypted') return kind && { kind };
  // Version, algorithms, then the content, which has a type of its own (RFC 5652 §5.1, RFC 3274 §1.1).
  const [, , encapsulated] = childrenOf(childrenOf(wrapped)[0]);
  const content = octetsOf(childrenOf(childrenOf(encapsulated)[1])[0]);
  if (content === undefined) return undefined;
  if (kind === 'signed') return { kind, content };
  try {
    return { kind, content: inflateSync(content, { maxOutputLength: MOST_INFLATED }) };
  } catch {
    return undefined;
  }
}

const childrenOf = (node: unknown): readonly unknown[] => (node instanceof Constructed ? node.valueBlock.value : []);

/** A string in one piece, or in pieces (X.690 §8.7.3). */
function octetsOf(node: unknown): Buffer | undefined {
  if (!(node instanceof OctetString)) return undefined;
  if (!node.idBlock.isConstructed) return Buffer.from(node.valueBlock.valueHexView);
  const pieces = node.valueBlock.value.map((piece) => octetsOf(piece) ?? Buffer.alloc(0));
  return Buffer.concat(pieces);
}
