import { readFileSync } from 'node:fs';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
}

export interface Operation {
  operationId?: string;
  parameters?: {
    $ref?: string;
    in: 'path' | 'query' | 'header' | 'cookie';
    name: string;
    required?: boolean;
    schema?: Schema;
  }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { $ref?: string; description?: string; content?: Record<string, { schema: Schema }> }>;
  security?: object[];
  tags?: string[];
  summary?: string;
}

export interface OpenApi {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    parameters: Record<string, { name: string }>;
    schemas: Record<string, Schema>;
    responses: Record<string, { content: Record<string, { schema: Schema }> }>;
  };
}

/** As it is written from the code; the application as it runs under jest has the routes, but not the fields of bodies. */
export const openApi = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenApi;

export interface Route {
  method: string;
  path: string;
  operation: Operation;
  /** name of its schema */
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
