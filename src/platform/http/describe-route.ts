import { pathParameters, responseOf, responses, tagOf } from './described-conventions.js';

interface Content {
  schema?: object;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
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

/** Properties of a route, from its decorators. */
export interface RouteKind {
  /** needs no session and no token */
  open: boolean;
  /** answers from read models, with `X-Position` */
  reads: boolean;
  /** answers with a secret, so that no answer is stored for `Idempotency-Key` */
  secret: boolean;
}

const MEANING: Record<string, string> = {
  200: 'Done.',
  201: 'Created.',
  202: 'Recorded: the work continues in the background.',
  204: 'Done, without a body.',
};

const COMMAND_ANSWER = { 'application/json': { schema: { $ref: '#/components/schemas/CommandAnswer' } } };

/** Adds tags, headers and failures by convention; descriptions by the route itself stay. */
export function describeRoute(operation: Operation, method: string, path: string, kind: RouteKind): void {
  const [, resource = ''] = /^\/(?:api\/)?([^/]+)/.exec(path) ?? [];
  const changes = method !== 'get';
  operation.tags ??= [tagOf[resource] ?? resource];
  if (kind.open) operation.security = [];
  nameSuccess(operation, changes, kind);
  addParameters(operation, method, path, kind);
  for (const status of failuresOf(operation, method, path, kind))
    operation.responses[status] = { $ref: `#/components/responses/${responseOf[status]}` };
  for (const [status, response] of Object.entries(operation.responses))
    if (Number(status) >= 400 && !response.$ref && !response.content) response.content = responses.Problem.content;
  operation.responses['default'] ??= { $ref: '#/components/responses/Problem' };
}

/** A command answers with a CommandAnswer, unless its route names another answer. */
function nameSuccess({ responses: own }: Operation, changes: boolean, { reads }: RouteKind): void {
  for (const [status, response] of Object.entries(own).filter(([each]) => each.startsWith('2'))) {
    response.description ||= MEANING[status] ?? 'Done.';
    if (changes && status !== '204') response.content ??= COMMAND_ANSWER;
    if (reads) response.headers = { ...response.headers, 'X-Position': { $ref: '#/components/headers/X-Position' } };
  }
}

function addParameters(operation: Operation, method: string, path: string, kind: RouteKind): void {
  const changes = method !== 'get';
  const names = [
    ...(kind.reads ? ['WaitFor'] : []),
    ...(changes && !kind.open && !kind.secret ? ['IdempotencyKey'] : []),
    ...(changesResource(method, path) ? ['IfMatch'] : []),
    ...(kind.open ? [] : ['OnBehalfOf']),
    ...(changes && !kind.open ? ['RequestedBy'] : []),
  ];
  const own = ((operation.parameters as Parameter[] | undefined) ?? []).map((each) =>
    notRequiredWithDefault(describedByPath(each, path)),
  );
  operation.parameters = [...own, ...names.map((name) => ({ $ref: `#/components/parameters/${name}` }))];
}

function describedByPath(parameter: Parameter, path: string): Parameter {
  if (parameter.in !== 'path' || parameter.description !== undefined) return parameter;
  const segments = path.split('/');
  const at = segments.indexOf(`{${parameter.name}}`);
  const description = pathParameters[segments.slice(at - 1, at + 1).join('/')];
  return description === undefined ? parameter : { ...parameter, description };
}

const notRequiredWithDefault = (parameter: Parameter): Parameter =>
  parameter.schema && 'default' in parameter.schema ? { ...parameter, required: false } : parameter;

const changesResource = (method: string, path: string): boolean =>
  ['put', 'patch', 'delete'].includes(method) && path.includes('{');

/** Statuses of failures that a route of this kind may answer with; the route itself names further statuses. */
function failuresOf(operation: Operation, method: string, path: string, { open, reads }: RouteKind): number[] {
  const changes = method !== 'get';
  return [
    400,
    ...(open ? [] : [401, 403]),
    ...(path.includes('{') ? [404] : []),
    ...(changes && !open ? [409] : []),
    ...(reads ? [410] : []),
    ...(changesResource(method, path) ? [412] : []),
    ...(operation.requestBody ? [413, 415] : []),
    ...(changes && !open ? [422] : []),
    503,
  ].filter((status) => !operation.responses[status]?.content);
}
