import { applyDecorators, Header, StreamableFile } from '@nestjs/common';
import type { Readable } from 'node:stream';

/** For files from strangers: browsers save them, guess no other type, and give a shown file no rights. */
export const NeverShown = (): MethodDecorator =>
  applyDecorators(
    Header('X-Content-Type-Options', 'nosniff'),
    Header('Content-Security-Policy', "sandbox; default-src 'none'"),
  );

export interface File {
  name: string;
  type: string;
  size: number;
  content: Readable | Uint8Array;
}

export function fileAnswer({ name, type, size, content }: File): StreamableFile {
  const options = { type, disposition: toSave(name), length: size };
  return content instanceof Uint8Array ? new StreamableFile(content, options) : new StreamableFile(content, options);
}

/** Content-Disposition (RFC 6266) with the name in ASCII, and in UTF-8 (RFC 8187) for clients that support it. */
export function toSave(name: string): string {
  const ascii = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%/]/gu, '_');
  const whole = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${whole}`;
}
