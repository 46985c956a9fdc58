import type { Answer, Problem } from './requests.js';

const INSIDE = /node_modules|\.[jt]s:\d|\bat \w+ \(|syntax error|violates|relation "|"stack"/i;

/** `answered`, `refused` for a valid problem document, or a description of the fault in the answer. */
export function verdict({ status, headers, body, bytes }: Answer<Problem>): string {
  if (INSIDE.test(bytes.toString())) return `reveals internals: ${bytes.toString()}`;
  if (status < 400) return 'answered';
  const excerpt = `${status} ${bytes.toString().slice(0, 300)}`;
  if (status >= 500) return `broke: ${excerpt}`;
  const isProblem =
    headers.get('content-type')?.startsWith('application/problem+json') === true &&
    body.status === status &&
    [body.type, body.title, body.reason].every((each) => typeof each === 'string') &&
    /^[a-z0-9-]+$/.test(body.reason);
  return isProblem ? 'refused' : `is no problem document: ${excerpt}`;
}
