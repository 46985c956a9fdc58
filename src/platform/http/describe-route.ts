import { responseOf, responses, tagOf } from './described-conventions.js';

interface Content {
  schema?: object;
}

interface Response {
  description?: string;
  content?: Record<string, Content>;
  headers?: Record<string, object>;
  $ref?: string;
}

export interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  security?: object[];
  parameters?: object[];
  requestBody?: object;
  responses: Record<string, Response>;
}

/** What its decorators say of a route. */
export interface RouteKind {
  /** asks nobody who he is */
  open: boolean;
  /** answers from read models */
  reads: boolean;
  /** answers a secret, so that its answers are never kept */
  secret: boolean;
}

const MEANING: Record<string, string> = {
  200: 'Done',
  201: 'Made',
  202: 'On record; the work goes on',
  204: 'Done; nothing to say',
};

const COMMAND_ANSWER = { 'application/json': { schema: { $ref: '#/components/schemas/CommandAnswer' } } };

/** Adds what the conventions of the interface say of every route of its kind. What the route itself says is left as it is. */
export function describeRoute(operation: Operation, method: string, path: string, kind: RouteKind): void {
  const [, resource = ''] = /^\/(?:api\/)?([^/]+)/.exec(path) ?? [];
  const changes = method !== 'get';
  operation.tags ??= [tagOf[resource] ?? resource];
  operation.summary ??= inWords(operation.operationId);
  if (kind.open) operation.security = [];
  nameSuccess(operation, changes, kind);
  addParameters(operation, method, path, kind);
  for (const status of failuresOf(operation, method, path, kind))
    operation.responses[status] = { $ref: `#/components/responses/${responseOf[status]}` };
  for (const [status, response] of Object.entries(operation.responses))
    if (Number(status) >= 400 && !response.$ref && !response.content) response.content = responses.Problem.content;
  operation.responses['default'] ??= { $ref: '#/components/responses/Problem' };
}

/** A command answers a CommandAnswer, unless its route says otherwise. */
function nameSuccess({ responses: told }: Operation, changes: boolean, { reads }: RouteKind): void {
  for (const [status, response] of Object.entries(told).filter(([each]) => each.startsWith('2'))) {
    response.description ||= MEANING[status] ?? 'Done';
    if (changes && status !== '204') response.content ??= COMMAND_ANSWER;
    if (reads) response.headers = { ...response.headers, 'X-Position': { $ref: '#/components/headers/X-Position' } };
  }
}

function addParameters(operation: Operation, method: string, path: string, kind: RouteKind): void {
  const changes = method !== 'get';
  const names = [
    ...(kind.reads ? ['WaitFor'] : []),
    ...(changes && !kind.open && !kind.secret ? ['IdempotencyKey'] : []),
    ...(movesWhatIsThere(method, path) ? ['IfMatch'] : []),
    ...(kind.open ? [] : ['OnBehalfOf']),
    ...(changes && !kind.open ? ['RequestedBy'] : []),
  ];
  const own = (operation.parameters ?? []).map((each) => notRequiredWithDefault(each as { schema?: object }));
  operation.parameters = [...own, ...names.map((name) => ({ $ref: `#/components/parameters/${name}` }))];
}

const notRequiredWithDefault = <P extends { schema?: object }>(parameter: P): P =>
  parameter.schema && 'default' in parameter.schema ? { ...parameter, required: false } : parameter;

const movesWhatIsThere = (method: string, path: string): boolean =>
  ['put', 'patch', 'delete'].includes(method) && path.includes('{');

/** The statuses that a route of this kind may answer with; the route itself names further ones. */
function failuresOf(operation: Operation, method: string, path: string, { open }: RouteKind): number[] {
  const changes = method !== 'get';
  return [
    400,
    ...(open ? [] : [401, 403]),
    ...(path.includes('{') ? [404] : []),
    ...(changes && !open ? [409] : []),
    ...(movesWhatIsThere(method, path) ? [412] : []),
    ...(operation.requestBody ? [413, 415] : []),
    ...(changes && !open ? [422] : []),
    503,
  ].filter((status) => !operation.responses[status]?.content);
}

/** `changePassword` → `Change password` */
const inWords = (name: string): string =>
  name.charAt(0).toUpperCase() + name.slice(1).replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
