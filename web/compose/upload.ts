import { api, ask, type Schemas } from '../shared/api.js';
import { offline, Problem } from '../shared/problem.js';

export type Uploaded = Schemas['UploadAnswer'];

/** The service takes no larger file. */
export const MOST_BYTES = 50 * 1024 * 1024;
/** More at once would take all connections of the browser (HTTP/1.1). */
const AT_ONCE = 2;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    return await work();
  } finally {
    running--;
    waiting.shift()?.();
  }
}

/**
 * Sends a file to the service.
 * @param onShare gets the share that has left, 0 to 1
 * @throws Problem
 */
export function upload(file: File, onShare: (share: number) => void, signal: AbortSignal): Promise<Uploaded> {
  if (file.size > MOST_BYTES) return Promise.reject(new Problem({ reason: 'file-too-large', status: 413 }));
  return inTurn(() => sent(file, onShare, signal));
}

/** `fetch` tells nothing of the progress of a body. */
function sent(file: File, onShare: (share: number) => void, signal: AbortSignal): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open('POST', '/api/uploads');
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.setRequestHeader('Content-Disposition', `attachment; filename*=UTF-8''${encoded(file.name)}`);
    request.setRequestHeader('X-Requested-By', 'page');
    request.responseType = 'json';
    request.upload.addEventListener('progress', ({ loaded, total }) => onShare(total === 0 ? 0 : loaded / total));
    request.addEventListener('error', () => reject(offline()));
    request.addEventListener('load', () => {
      const answer: unknown = request.response;
      if (request.status === 201) return resolve(answer as Uploaded);
      // The question for the signed-in person brings up the sign-in.
      if (request.status === 401) void ask(api.GET('/api/me')).catch(() => undefined);
      const document = (answer ?? {}) as Partial<Schemas['Problem']>;
      return reject(new Problem({ ...document, reason: document.reason ?? 'failed', status: request.status }));
    });
    signal.addEventListener('abort', () => {
      request.abort();
      reject(signal.reason as Error);
    });
    request.send(file);
  });
}

/** RFC 8187 §3.2.1: `'()*` are not allowed either. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
