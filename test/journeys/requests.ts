import { undescribed } from './described-reasons.js';

export interface Answer<T> {
  status: number;
  headers: Headers;
  /** parsed when it is JSON, else the text */
  body: T;
  bytes: Buffer;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  reason: string;
  errors?: { field: string; message: string }[];
  server?: string;
}

export interface Recorded {
  id: string;
  revision: number;
  position: string;
}

type Body = object | string | Buffer | undefined;

/** A client of the service over HTTP that sends the same headers with each request. */
export class Requests {
  constructor(
    readonly url: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** The same client with further headers. */
  with(headers: Record<string, string>): Requests {
    return new Requests(this.url, { ...this.headers, ...headers });
  }

  /** The same client; its requests wait until the read models have reached that position. */
  after({ position }: { position: string }): Requests {
    return this.with({ 'X-Wait-For': position });
  }

  get<T = Problem>(path: string): Promise<Answer<T>> {
    return this.ask<T>('GET', path);
  }

  post<T = Problem>(path: string, body?: Body): Promise<Answer<T>> {
    return this.ask<T>('POST', path, body);
  }

  put<T = Problem>(path: string, body?: Body): Promise<Answer<T>> {
    return this.ask<T>('PUT', path, body);
  }

  patch<T = Problem>(path: string, body?: Body): Promise<Answer<T>> {
    return this.ask<T>('PATCH', path, body);
  }

  delete<T = Problem>(path: string): Promise<Answer<T>> {
    return this.ask<T>('DELETE', path);
  }

  /** Sends an object as JSON, and a text or bytes unchanged. @throws Error for a refusal that the document lacks */
  async ask<T = Problem>(method: string, path: string, body?: Body): Promise<Answer<T>> {
    const plain = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    const answer = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...this.headers },
      ...(body === undefined ? {} : { body: plain ? body : JSON.stringify(body) }),
    });
    const type = answer.headers.get('content-type') ?? '';
    // A stream never ends by itself, so its status and headers are the whole answer.
    if (type.startsWith('text/event-stream')) await answer.body?.cancel();
    const bytes = answer.bodyUsed ? Buffer.alloc(0) : Buffer.from(await answer.arrayBuffer());
    const isJson = /[/+]json/.test(type);
    const found: Answer<T> = {
      status: answer.status,
      headers: answer.headers,
      body: (isJson ? JSON.parse(bytes.toString()) : bytes.toString()) as T,
      bytes,
    };
    const lacking = undescribed(method, path, found);
    if (lacking !== undefined) throw new Error(lacking);
    return found;
  }
}

/** Body of a successful answer. @throws Error with the status and the body of any other answer */
export function done<T>({ status, body }: Answer<T>): T {
  if (status >= 400) throw new Error(`expected a success, got ${status}: ${JSON.stringify(body)}`);
  return body;
}

interface Page<T> {
  items: T[];
  next: string | null;
}

/** Every item of a list, page by page. */
export async function allOf<T>(by: Requests, path: string, limit = 200): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page<T> = done(await by.get<Page<T>>(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${from}`));
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}
