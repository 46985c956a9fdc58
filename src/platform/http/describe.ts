import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { OPEN_TO_ALL } from '../auth/caller.js';
import { CommandAnswer } from './answers.js';
import { headers, parameters, responses, schemas, tags } from './described-conventions.js';
import { addExample } from './described-examples.js';
import { describeRoute } from './describe-route.js';
import type { Operation, RouteKind } from './described-operation.js';
import { ANSWERS_SECRET } from './idempotency.js';
import { READS_FROM } from './read-position.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/**
 * OpenAPI 3.1 document of the interface. Each route describes its purpose, input and answer; `describeRoute` adds
 * headers, failures and names by convention.
 */
export function describe(app: NestFastifyApplication): OpenAPIObject {
  const options = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Mailroom')
    .setDescription(
      'Mail accounts of a company: their users and mail, the contacts and tasks made of the mail, and all changes.',
    )
    .setVersion('1')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'opaque',
      description: '`token` in the answer of `POST /api/session` or `POST /api/tokens`.',
    })
    .addCookieAuth('mailroom_session', { type: 'apiKey', in: 'cookie', description: 'Set by `POST /api/session`.' })
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('cookie')
    .build();
  const handlers = new Map<string, RouteKind>();
  const document = SwaggerModule.createDocument(app, options, {
    autoTagControllers: false,
    extraModels: [CommandAnswer],
    operationIdFactory: (controller, method) => {
      const id = operationId(controller, method);
      handlers.set(id, kindOf(app, controller, method));
      return id;
    },
  });
  for (const [path, item] of Object.entries(document.paths))
    for (const method of METHODS) {
      const operation = item[method] as Operation | undefined;
      if (operation) describeRoute(operation, method, path, handlers.get(operation.operationId) ?? PLAIN);
    }
  const used = new Set(
    Object.values(document.paths).flatMap((item) => METHODS.flatMap((method) => item[method]?.tags ?? [])),
  );
  document.tags = tags.filter(({ name }) => used.has(name));
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...schemas },
    parameters: parameters as never,
    headers,
    responses,
  };
  document.servers = [{ url: '/', description: 'This service.' }];
  document.info.license = { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' } as never;
  tidy(document);
  illustrate(document);
  return document;
}

/**
 * Sorts enumerations, because the compiler's order changes with code elsewhere, joins the lines of docstrings, and adds
 * examples. All numbers of this interface are integers.
 */
function tidy(part: object): void {
  for (const [name, value] of Object.entries(part) as [string, unknown][])
    if (name === 'type' && value === 'number') Object.assign(part, { type: 'integer' });
    else if (name === 'type' && Array.isArray(value)) value.splice(0, Infinity, ...value.map(integer));
    else if (name === 'enum' && Array.isArray(value)) (value as string[]).sort();
    else if (name === 'description' && typeof value === 'string')
      Object.assign(part, { description: value.replaceAll(/\s+/g, ' ') });
    else if (value !== null && typeof value === 'object') tidy(value);
}

const integer = (type: unknown): unknown => (type === 'number' ? 'integer' : type);

interface Described {
  properties?: Record<string, object>;
  name?: string;
  schema?: object;
}

/** Adds examples to the properties of schemas and to parameters. */
function illustrate(part: object): void {
  const { properties = {}, name, schema } = part as Described;
  for (const [property, of] of Object.entries(properties)) addExample(property, of);
  if (typeof name === 'string' && schema) addExample(name, schema);
  for (const value of Object.values(part) as unknown[])
    if (value !== null && typeof value === 'object') illustrate(value);
}

const PLAIN: RouteKind = { handler: '', open: false, reads: false, secret: false };

const decapitalised = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);
const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/**
 * `ListMessagesEndpoint.listOfAccount` → `listMessagesOfAccount`, `SessionEndpoint.open` → `openSession`,
 * `HealthEndpoint.isLive` → `isLive`.
 */
function operationId(controller: string, method: string): string {
  const name = decapitalised(controller.replace(/Endpoint$/, ''));
  const [verb = ''] = /^[a-z]+/.exec(method) ?? [];
  if (name.startsWith(verb)) return name + method.slice(verb.length);
  return verb === method ? method + capitalised(name) : method;
}

function kindOf(app: NestFastifyApplication, controller: string, method: string): RouteKind {
  for (const { controllers } of app.get(ModulesContainer).values())
    for (const { metatype } of controllers.values()) {
      if (metatype?.name !== controller) continue;
      const handler = (metatype.prototype as Record<string, object>)[method]!;
      const has = (key: string): boolean =>
        [handler, metatype].some((target) => Boolean(Reflect.getMetadata(key, target)));
      return {
        handler: `${controller}.${method}`,
        open: has(OPEN_TO_ALL),
        reads: has(READS_FROM),
        secret: has(ANSWERS_SECRET),
      };
    }
  return PLAIN;
}
