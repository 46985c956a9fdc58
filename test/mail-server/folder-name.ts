/** Folder names travel in modified UTF-7, RFC 3501 section 5.1.3. */
export function encodeFolderName(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => (run === '&' ? '&-' : `&${toBase64(run)}-`));
}

export function decodeFolderName(name: string): string {
  return name.replace(/&([^-]*)-/g, (_, run: string) => (run === '' ? '&' : fromBase64(run)));
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('base64').replaceAll('/', ',').replace(/=+$/, '');
}

function fromBase64(run: string): string {
  const bytes = Buffer.from(run.replaceAll(',', '/'), 'base64');
  return bytes
    .subarray(0, bytes.length & ~1)
    .swap16()
    .toString('utf16le');
}
