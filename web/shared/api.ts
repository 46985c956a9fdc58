import createClient from 'openapi-fetch';
import type { components, paths } from './interface.js';
import { expectedPosition, expectPosition, noteRead } from './positions.js';
import { offline, Problem } from './problem.js';
import { resend } from './resend.js';

export type Schemas = components['schemas'];

/** Client of the public interface. The cookie of the session authenticates each request. */
export const api = createClient<paths>({
  baseUrl: '',
  fetch: resend,
  querySerializer: { array: { style: 'form', explode: true } },
});

const SENDS = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const listeners = new Set<() => void>();

/** Calls the listener when an answer says that nobody is signed in. @returns ends it */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

api.use({
  onRequest: ({ request, schemaPath }) => {
    if (SENDS.has(request.method)) request.headers.set('X-Requested-By', 'page');
    const position = expectedPosition();
    if (request.method === 'GET' && position !== undefined) request.headers.set('X-Wait-For', position);
    // A sign-in is no repeatable command: its answer holds a secret.
    if (SENDS.has(request.method) && schemaPath !== '/api/session' && !request.headers.has('Idempotency-Key'))
      request.headers.set('Idempotency-Key', crypto.randomUUID());
    return request;
  },
  onResponse: ({ response }) => noteRead(response.headers.get('X-Position')),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; of a command, later queries wait for its position. @throws Problem */
export async function ask<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked.catch((failure: unknown): never => {
    throw failure instanceof DOMException && failure.name === 'AbortError' ? failure : offline();
  });
  if (!response.ok) {
    const document = (typeof error === 'object' && error !== null ? error : {}) as Partial<Schemas['Problem']>;
    const problem = new Problem({ ...document, reason: document.reason ?? 'failed', status: response.status });
    if (response.status === 401 && !response.url.endsWith('/api/session')) for (const listener of listeners) listener();
    throw problem;
  }
  expectPosition((data as { position?: string } | undefined)?.position);
  return data as T;
}
