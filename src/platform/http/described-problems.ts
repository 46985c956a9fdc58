import { REASON, responseOf, responses } from './described-conventions.js';
import type { Operation, RouteKind } from './described-operation.js';
import { titleOf } from './problems.js';
import { conditionalRoutes, reasonsOfRoutes } from './reasons-of-routes.js';

/** Reasons of the platform itself, which no code of a route names. */
const ALWAYS = { 400: ['bad-input'], 503: ['fact-of-a-newer-release', 'store-unavailable'] };
const WITH_BODY = { 413: ['too-large'], 415: ['not-json'] };

const SENTENCE: Record<number, string> = {
  403: 'the caller may not do this.',
  404: 'the resource does not exist, or is hidden from the caller.',
  409: 'the state of the resource forbids the change, or another change came first.',
  422: 'a rule or a mail server refused.',
  429: 'too many attempts. `Retry-After` says when to try again.',
};

export const honoursIfMatch = ({ handler }: RouteKind): boolean => conditionalRoutes.includes(handler);

/** Adds each status of a refusal with all its reasons. Descriptions by the route itself stay. */
export function describeProblems(
  operation: Operation,
  method: string,
  { handler, open, reads, secret }: RouteKind,
): void {
  const changes = method !== 'get';
  const sources: (Readonly<Record<number, readonly string[]>> | undefined)[] = [
    ALWAYS,
    ...(operation.requestBody ? [WITH_BODY] : []),
    ...(open ? [] : [reasonsOfRoutes['callers']]),
    ...(changes && !open && !secret ? [reasonsOfRoutes['changes']] : []),
    ...(reads ? [reasonsOfRoutes['queries'], reasonsOfRoutes['lists']] : []),
    reasonsOfRoutes[handler],
  ];
  const byStatus = new Map<number, Set<string>>();
  for (const source of sources)
    for (const [status, reasons] of Object.entries(source ?? {}))
      byStatus.set(Number(status), new Set([...(byStatus.get(Number(status)) ?? []), ...reasons]));
  for (const [status, reasons] of byStatus) describeStatus(operation, status, [...reasons].toSorted());
  operation.responses['default'] ??= { $ref: '#/components/responses/Problem' };
}

/** A status with the reasons of the convention alone refers to its component. */
function describeStatus(operation: Operation, status: number, reasons: readonly string[]): void {
  const own = operation.responses[status];
  const shared = responseOf[status];
  if (!own && shared && reasons.every((reason) => shared.reasons.includes(reason))) {
    operation.responses[status] = { $ref: `#/components/responses/${shared.name}` };
    return;
  }
  const component = shared && responses[shared.name];
  operation.responses[status] = {
    description: own?.description || (component?.description ?? `${titleOf(status)}: ${SENTENCE[status]}`),
    ...(component?.headers && { headers: component.headers }),
    ...(status === 429 && { headers: { 'Retry-After': { $ref: '#/components/headers/Retry-After' } } }),
    ...own,
    content: { 'application/problem+json': { schema: problemOf(reasons) } },
  };
}

const problemOf = (reasons: readonly string[]): object => ({
  allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { reason: { enum: reasons, description: REASON } } }],
});
