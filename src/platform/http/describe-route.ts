import { pathParameters, tagOf } from './described-conventions.js';
import type { Operation, RouteKind } from './described-operation.js';
import { describeProblems, honoursIfMatch } from './described-problems.js';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: object;
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
  describeProblems(operation, method, kind);
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
    ...(honoursIfMatch(kind) ? ['IfMatch'] : []),
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
