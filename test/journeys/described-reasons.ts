import { openApi, type Schema } from './openapi.js';

interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

interface Template {
  path: string;
  pattern: RegExp;
}

/** Literal segments first, so that `/api/accounts/detect` is no account. */
const templates: Template[] = Object.keys(openApi.paths)
  .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }))
  .toSorted((one, other) => one.path.split('{').length - other.path.split('{').length);

/** Statuses before any route: the request itself is wrong, too slow, or too long. */
const BEFORE_ROUTES = new Set([405, 408, 414, 431]);

interface Described {
  allOf?: (Schema & { properties?: { reason?: { enum?: unknown[] } } })[];
}

/** The refusal of a route, if the description of the route lacks its reason; undefined for all other answers. */
export function undescribed(method: string, url: string, { status, body, headers }: Answer): string | undefined {
  if (status < 400 || (status >= 500 && status !== 503) || BEFORE_ROUTES.has(status)) return undefined;
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return undefined;
  const path = url.replace(/\?.*/s, '').replace(/(.)\/$/, '$1');
  const template = templates.find(({ pattern }) => pattern.test(path));
  const operation = template && openApi.paths[template.path]![method.toLowerCase()];
  if (!operation) return undefined;
  const { reason } = body as { reason: string };
  const response = operation.responses[status];
  const name = response?.$ref?.slice('#/components/responses/'.length);
  const described = name === undefined ? response : openApi.components.responses[name];
  const schema: Described | undefined = described?.content?.['application/problem+json']?.schema;
  const reasons = schema?.allOf?.flatMap(({ properties }) => properties?.reason?.enum ?? []) ?? [];
  return reasons.includes(reason) ? undefined : `${method} ${template.path} answers ${status} ${reason}, not described`;
}
