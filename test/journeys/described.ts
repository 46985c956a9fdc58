import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { openApi, type Schema } from './openapi.js';
import type { Answer } from './requests.js';

/** The document with `additionalProperties: false` in its schemas: an undescribed property makes an answer invalid. */
function strictly(document: typeof openApi): object {
  const closed = structuredClone(document);
  for (const [name, schema] of Object.entries(closed.components.schemas) as [
    string,
    Schema & { additionalProperties?: unknown },
  ][])
    if (name !== 'Problem' && schema.properties) schema.additionalProperties ??= false;
  return closed;
}

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema({ ...strictly(openApi), $id: 'mailroom' });

const pointer = (...steps: string[]): string =>
  `mailroom#${steps.map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`;

const linesOf = (bytes: Buffer): unknown[] =>
  bytes
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);

/** Differences between an answer and the description of its route; empty if there are none. */
export function unlikeItsDescription(
  method: string,
  path: string,
  { status, headers, body, bytes }: Answer<unknown>,
): string[] {
  const finding = (text: string): string[] => [`${method} ${path} ${status}: ${text}`];
  const { responses } = openApi.paths[path]![method.toLowerCase()]!;
  const response = responses[status] as { $ref?: string; content?: object } | undefined;
  if (!response) return finding('this status is not described');
  const name = response.$ref?.slice('#/components/responses/'.length);
  const at =
    name === undefined
      ? ['paths', path, method.toLowerCase(), 'responses', String(status)]
      : ['components', 'responses', name];
  const { content } = name === undefined ? response : openApi.components.responses[name]!;
  const type = headers.get('content-type')?.split(';')[0];
  if (content === undefined)
    return type === undefined ? [] : finding(`the answer is ${type}, but no content is described`);
  if (type === undefined || !(type in content))
    return 'application/octet-stream' in content ? [] : finding(`${type} is not described`);
  if (!type.endsWith('json')) return [];
  const valid: ValidateFunction = ajv.compile({ $ref: pointer(...at, 'content', type, 'schema') });
  const documents = type.endsWith('ndjson') ? linesOf(bytes) : [body];
  return documents.flatMap((each) => (valid(each) ? [] : finding(ajv.errorsText(valid.errors))));
}
