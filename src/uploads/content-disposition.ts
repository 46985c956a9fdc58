const EXTENDED = /(?:^|;)\s*filename\*\s*=\s*(utf-8|iso-8859-1)'[^']*'([^;\s]+)/i;
const QUOTED = /(?:^|;)\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i;
const TOKEN = /(?:^|;)\s*filename\s*=\s*([^;\s"]+)/i;

/**
 * The file name of `Content-Disposition` (RFC 6266): of `filename*` (RFC 8187), else of `filename`; null: none. Node
 * reads header fields as Latin 1, but many clients write UTF-8.
 */
export function filenameIn(field: string): string | null {
  const [, charset, encoded] = EXTENDED.exec(field) ?? [];
  const extended = encoded === undefined ? null : percentDecoded(encoded, charset!.toLowerCase() === 'utf-8');
  if (extended !== null) return extended;
  const written = QUOTED.exec(field)?.[1]?.replace(/\\(.)/g, '$1') ?? TOKEN.exec(field)?.[1];
  return written === undefined ? null : fromLatin1(written);
}

function percentDecoded(encoded: string, isUtf8: boolean): string | null {
  if (!/^(?:%[0-9a-f]{2}|[!#$&+.^_`|~\w-])*$/i.test(encoded)) return null;
  const bytes = Buffer.from(
    encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
  return isUtf8 ? utf8(bytes) : bytes.toString('latin1');
}

const fromLatin1 = (text: string): string => utf8(Buffer.from(text, 'latin1')) ?? text;

function utf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
