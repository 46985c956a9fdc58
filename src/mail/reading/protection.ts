/** `signed`: the message claims a signature, which nobody has verified. `encrypted`: only its recipient can read it. */
export type Protection = 'signed' | 'encrypted' | null;

/** Shown in the place of a text that cannot be read here. */
export const NOTICES = {
  encrypted:
    '[This part of the message is encrypted. A mail program with the key of a recipient can read it: download the message.]',
  signed: '[This part of the message is signed in a form that cannot be read here. Download the message.]',
} as const;

const ARMOR = '-----BEGIN PGP ';
const ENCRYPTED = /^-----BEGIN PGP MESSAGE(?:, PART [\d/]+)?-----$/;
const SIGNED = '-----BEGIN PGP SIGNED MESSAGE-----';
const SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
const END = /^-----END PGP [A-Z ]+-----$/;
const HEADER = /^[A-Za-z]+: /;
/** A line of an armor: a header, base64 or a checksum (RFC 9580 §6.2). */
const ARMORED = /^(?:[A-Za-z]+: .*|[A-Za-z\d+/=]*)$/;
const IN_HTML = /(?:^|[>\n])\s*-----BEGIN PGP (SIGNED )?MESSAGE/;

/**
 * Text with PGP within it (RFC 9580 §7): of a signed text only the text remains. A notice stands above an encrypted
 * block, which remains for programs that decrypt it.
 */
export function inlinePgp(text: string): { text: string; protection: Protection } {
  if (!text.includes(ARMOR)) return { text, protection: null };
  let protection: Protection = null;
  let within: 'text' | 'headers' | 'signed' | 'signature' = 'text';
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    const bare = line.trimEnd();
    if (within === 'headers') {
      if (HEADER.test(bare)) continue;
      within = 'signed';
      if (bare === '') continue;
    }
    if (within === 'signature' && (END.test(bare) || ARMORED.test(bare))) {
      if (END.test(bare)) within = 'text';
    } else if (within === 'signed') {
      if (bare === SIGNATURE) within = 'signature';
      else kept.push(line.replace(/^- /, ''));
    } else if (bare === SIGNED) {
      within = 'headers';
      protection ??= 'signed';
    } else {
      within = 'text';
      if (ENCRYPTED.test(bare)) {
        protection = 'encrypted';
        kept.push(NOTICES.encrypted);
      }
      kept.push(line);
    }
  }
  return { text: kept.join('\n'), protection };
}

export function protectionOfHtml(html: string): Protection {
  const [found, signed] = IN_HTML.exec(html) ?? [];
  return found === undefined ? null : signed ? 'signed' : 'encrypted';
}

/** For search: without notices and encrypted blocks. */
export function withoutNotices(text: string): string {
  const shown = Object.values(NOTICES).reduce((rest, notice) => rest.replaceAll(notice, ''), text);
  if (!shown.includes(ARMOR)) return shown;
  let encrypted = false;
  return shown
    .split('\n')
    .filter((line) => {
      const bare = line.trimEnd();
      const isEnd = encrypted && END.test(bare);
      encrypted = ENCRYPTED.test(bare) || (encrypted && ARMORED.test(bare));
      return !encrypted && !isEnd;
    })
    .join('\n');
}
