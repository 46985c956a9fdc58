import { readFileSync } from 'node:fs';

export interface Schema {
  $ref?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
}

export interface Parameter {
  $ref?: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  name: string;
  description?: string;
  required?: boolean;
  schema?: Schema;
}

export interface Operation {
  operationId?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { $ref?: string; description?: string; content?: Record<string, { schema: Schema }> }>;
  security?: object[];
  tags?: string[];
  summary?: string;
  description?: string;
}

export interface OpenApi {
  openapi: string;
  info: { description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    parameters: Record<string, Parameter>;
    headers: Record<string, { description: string }>;
    schemas: Record<string, Schema>;
    responses: Record<string, { description: string; content: Record<string, { schema: Schema }> }>;
    securitySchemes: Record<string, { description: string }>;
  };
}

/**
 * The document that `npm run openapi` wrote. An application under jest has the same routes, but no properties of
 * bodies: only the build runs the plugin that finds them.
 */
export const openApi = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenApi;

export interface Route {
  method: string;
  path: string;
  operation: Operation;
  /** name of the body's schema */
  body: string | undefined;
}

const nameOf = ({ $ref }: Schema = {}): string | undefined => $ref?.slice('#/components/schemas/'.length);

export const routesOf = ({ paths }: OpenApi): Route[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
      body: nameOf(operation.requestBody?.content['application/json']?.schema),
    })),
  );

export const schemaNamed = (name: string): Schema => openApi.components.schemas[name]!;

export const resolved = (schema: Schema): Schema => (schema.$ref === undefined ? schema : schemaNamed(nameOf(schema)!));

export interface Text {
  at: string;
  text: string | undefined;
}

/** Descriptions that the document needs: of each operation, parameter, response, header, tag and property. */
export const textsOf = ({ info, tags, paths, components }: OpenApi): Text[] => [
  { at: 'info', text: info.description },
  ...tags.map(({ name, description }) => ({ at: `tag ${name}`, text: description })),
  ...Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => textsOfOperation(`${method} ${path}`, operation)),
  ),
  ...Object.entries(components.schemas).flatMap(([name, schema]) => textsOfSchema(name, schema)),
  ...[components.parameters, components.headers, components.responses, components.securitySchemes].flatMap((parts) =>
    Object.entries(parts).map(([name, { description }]) => ({ at: name, text: description })),
  ),
];

function textsOfOperation(at: string, operation: Operation): Text[] {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const named = [...parameters, ...Object.entries(responses).map(([name, response]) => ({ ...response, name }))];
  const contents = [requestBody, ...Object.values(responses)].flatMap((part) => Object.values(part?.content ?? {}));
  return [
    { at, text: summary },
    ...(description === undefined ? [] : [{ at, text: description }]),
    ...named
      .filter(({ $ref }) => $ref === undefined)
      .map((each) => ({ at: `${at} ${each.name}`, text: each.description })),
    ...[...parameters, ...contents].flatMap(({ schema }) => (schema ? textsOfSchema(at, schema) : [])),
  ];
}

function textsOfSchema(at: string, schema: Schema): Text[] {
  const { properties = {}, items, allOf = [], oneOf = [], anyOf = [], additionalProperties } = schema;
  const inner = [...allOf, ...oneOf, ...anyOf, ...(items ? [items] : [])];
  if (typeof additionalProperties === 'object') inner.push(additionalProperties);
  return [
    ...Object.entries(properties).flatMap(([name, property]) => [
      { at: `${at}.${name}`, text: property.description },
      ...textsOfSchema(`${at}.${name}`, property),
    ]),
    ...inner.flatMap((each) => textsOfSchema(at, each)),
  ];
}
