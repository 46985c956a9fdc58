import { cleanFilename } from '../reading/attachments.js';

/** Characters that no file system of a recipient refuses. `?` and `=` together would begin an encoded word. */
const RESERVED = /[<>:"/\\|?*]/g;
const MAX_NAME = 200;
const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/i;

/** A name that is safe to store, to send and to save: without folders, controls, and characters of a path. */
export function safeFilename(written: string): string {
  const name = cleanFilename(written)
    .replace(RESERVED, '_')
    .replace(/[. ]+$/, '');
  if (name === '') return 'file';
  if (name.length <= MAX_NAME) return name;
  const extension = /\.[^.]{1,20}$/.exec(name)?.[0] ?? '';
  return `${name.slice(0, MAX_NAME - extension.length).replace(/\p{Surrogate}$/u, '')}${extension}`;
}

/** A media type without parameters; of a multipart, and of anything invalid, that of bytes. */
export function safeContentType(written: string): string {
  const type = written.split(';')[0]!.trim().toLowerCase();
  return TYPE.test(type) && !type.startsWith('multipart/') ? type : 'application/octet-stream';
}
