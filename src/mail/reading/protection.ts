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

/** Text with PGP within it (RFC 9580 §7) stays as it is, so that readers see its bounds; a notice stands above an
 * encrypted block. */
export function inlinePgp(text: string): { text: string; protection: Protection } {
  if (!text.includes(ARMOR)) return { text, protection: null };
  const lines = text.split('\n');
  const isAny = (wanted: (bare: string) => boolean): boolean => lines.some((line) => wanted(line.trimEnd()));
  if (!isAny((bare) => ENCRYPTED.test(bare)))
    return { text, protection: isAny((bare) => bare === SIGNED) ? 'signed' : null };
  const noticed = lines.flatMap((line) => (ENCRYPTED.test(line.trimEnd()) ? [NOTICES.encrypted, line] : [line]));
  return { text: noticed.join('\n'), protection: 'encrypted' };
}

export function protectionOfHtml(html: string): Protection {
  const [found, signed] = IN_HTML.exec(html) ?? [];
  return found === undefined ? null : signed ? 'signed' : 'encrypted';
}

/** For search: without notices. */
export const withoutNotices = (text: string): string =>
  withoutArmor(Object.values(NOTICES).reduce((rest, notice) => rest.replaceAll(notice, ''), text));

/** Without the armor of PGP: of a signed text only the text remains, of an encrypted block nothing. */
export function withoutArmor(text: string): string {
  if (!text.includes(ARMOR)) return text;
  let within: 'text' | 'headers' | 'signed' | 'armor' = 'text';
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    const bare = line.trimEnd();
    if (within === 'headers') {
      if (HEADER.test(bare)) continue;
      within = 'signed';
      if (bare === '') continue;
    }
    if (within === 'armor' && (END.test(bare) || ARMORED.test(bare))) {
      if (END.test(bare)) within = 'text';
    } else if (ENCRYPTED.test(bare) || (within === 'signed' && bare === SIGNATURE)) within = 'armor';
    else if (within === 'signed') kept.push(line.replace(/^- /, ''));
    else if (bare === SIGNED) within = 'headers';
    else {
      within = 'text';
      kept.push(line);
    }
  }
  return kept.join('\n');
}
