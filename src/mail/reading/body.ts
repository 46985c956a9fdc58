import { COMPRESSED_RTF, dividedParts } from './attachments.js';
import { calendarCard } from './calendar-card.js';
import { enrichedText } from './enriched.js';
import { textOfHtml } from './html-text.js';
import { readHeaders } from './mime-headers.js';
import { type Part, partBytes, partText } from './mime-parts.js';
import { inlinePgp, NOTICES, type Protection, protectionOfHtml } from './protection.js';
import { rtfBody } from './rtf-body.js';
import { addressesIn } from './addresses.js';
import { decodeWords } from './encoded-words.js';

/** The text of a message, as plain text, as HTML of the sender, or as both. */
export interface Body {
  text: string | null;
  html: string | null;
}

const ENRICHED = 'text/enriched';
const EMPTY: Body = { text: null, html: null };

/**
 * Reads the text of a message: of alternatives the last of each kind (RFC 2046 §5.1.4), of other multiparts all shown
 * texts in their order, forwarded messages and invitations among them. The text in a winmail.dat counts if there is no
 * other.
 * @param maxBytes encoded octets of each part
 */
export function bodyOf(raw: Buffer, root: Part, maxBytes = Infinity): Body & { protection: Protection } {
  const reader = new BodyReader(raw, maxBytes, root);
  const { text, html } = reader.body();
  const protection = reader.protection ?? (text === null && html !== null ? protectionOfHtml(html) : null);
  return { text, html, protection };
}

class BodyReader {
  private readonly shown: ReadonlySet<Part>;
  private readonly tnef: Part[] = [];
  protection: Protection = null;

  constructor(
    private readonly raw: Buffer,
    private readonly maxBytes: number,
    private readonly root: Part,
  ) {
    this.shown = new Set(dividedParts(root).texts);
  }

  body(): Body {
    const body = this.read(this.root);
    if (body.html !== null || (body.text ?? '').trim() !== '') return body;
    const within = joined(this.tnef.map((root) => new BodyReader(this.raw, this.maxBytes, root).body()));
    return within === EMPTY ? body : within;
  }

  private read(part: Part): Body {
    const { type, childNodes } = part;
    if (type === 'multipart/encrypted' || type === 'application/pgp-encrypted') return this.unreadable('encrypted');
    if (part.unreadable) return this.unreadable(part.unreadable);
    if (type === 'multipart/signed' || part.inside?.kind === 'signed') this.note('signed');
    if (type === 'multipart/alternative') return this.alternatives(childNodes ?? []);
    if (type.startsWith('multipart/')) return joined((childNodes ?? []).map((child) => this.read(child)));
    if (type === 'message/rfc822') return part.disposition === 'attachment' ? EMPTY : this.forwarded(part);
    if (type === 'text/calendar') return { text: calendarCard(this.text(part)), html: null };
    if (part.inside?.kind === 'tnef') this.tnef.push(part.inside.root);
    else if (part.inside) return this.read(part.inside.root);
    if (!this.shown.has(part)) return EMPTY;
    if (type === COMPRESSED_RTF) return rtfBody(partBytes(this.raw, part), this.maxBytes);
    if (type === 'text/html') return { text: null, html: this.text(part) };
    if (type === ENRICHED) return { text: enrichedText(this.text(part)), html: null };
    const { text, protection } = inlinePgp(this.text(part));
    if (protection) this.note(protection);
    return { text, html: null };
  }

  private note(protection: 'signed' | 'encrypted'): void {
    if (this.protection !== 'encrypted') this.protection = protection;
  }

  private unreadable(kind: 'signed' | 'encrypted'): Body {
    this.note(kind);
    return { text: NOTICES[kind], html: null };
  }

  /** An invitation stands behind the text that it comes with. */
  private alternatives(parts: readonly Part[]): Body {
    const isCalendar = ({ type }: Part): boolean => type === 'text/calendar';
    // Plain text goes before enriched text, which some programs put behind it.
    const shown = parts
      .filter((part) => !isCalendar(part))
      .toSorted((a, b) => Number(b.type === ENRICHED) - Number(a.type === ENRICHED));
    const bodies = shown.map((part) => this.read(part));
    const last = (kind: keyof Body): string | null => bodies.findLast((body) => body[kind] !== null)?.[kind] ?? null;
    // Several plain texts are no alternatives of each other: some programs label all parts as such.
    const plain = shown.flatMap((part, n) => (part.type === 'text/plain' ? (bodies[n]?.text ?? []) : []));
    const text = plain.includes(last('text') ?? '') ? [...new Set(plain)].join('\n') : last('text');
    const invitations = parts.filter(isCalendar).map((part) => this.read(part));
    return joined([{ text, html: last('html') }, ...invitations]);
  }

  /** A short header, then the text of the forwarded message. */
  private forwarded({ childNodes: [root] = [], source = this.raw, start, size }: Part): Body {
    if (!root) return EMPTY;
    const { headers } = readHeaders(source, start, start + size);
    const lines = ['From', 'To', 'Date', 'Subject'].flatMap((name) => {
      const field = headers.first(name.toLowerCase());
      if (field === undefined) return [];
      const people = addressesIn(field).map(({ name: person, address }) => [person, address && `<${address}>`]);
      const isPeople = name === 'From' || name === 'To';
      return [
        `${name}: ${isPeople ? people.map((each) => each.filter(Boolean).join(' ')).join(', ') : decodeWords(field)}`,
      ];
    });
    const heading = { text: `\n---------- \n${lines.join('\n')}\n`, html: null };
    return joined([heading, new BodyReader(this.raw, this.maxBytes, root).body()]);
  }

  private text(part: Part): string {
    return partText(this.raw, part, this.maxBytes);
  }
}

/** All of the bodies as text if any has text, and all as HTML if any has HTML. */
function joined(bodies: readonly Body[]): Body {
  const some = bodies.filter(({ text, html }) => text !== null || html !== null);
  if (some.length <= 1) return some[0] ?? EMPTY;
  const texts = some.map(({ text, html }) => text ?? textOfHtml(html!));
  const htmls = some.map(({ text, html }) => html ?? `<pre>${escaped(text!)}</pre>`);
  return {
    text: some.some(({ text }) => text !== null) ? texts.join('\n') : null,
    html: some.some(({ html }) => html !== null) ? htmls.join('\n') : null,
  };
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
