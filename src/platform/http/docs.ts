import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Not the main module of the package: it evaluates the browser's bundle. */
const filesOfSwaggerUi = createRequire(import.meta.url)('swagger-ui-dist/absolute-path.js') as () => string;

const TYPES: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Mailroom: try the interface</title>
<link rel="stylesheet" href="docs/swagger-ui.css"><link rel="icon" href="docs/favicon-32x32.png"></head>
<body><div id="swagger-ui"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body>
</html>
`;
const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#swagger-ui', persistAuthorization: false });
`;
const CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** True for a path with a slash at its end, from which relative links lead elsewhere. */
const isFolder = (url: string): boolean => url.replace(/\?.*/s, '').endsWith('/');

/**
 * Serves `/api/openapi.json`, and Swagger UI at `/api/docs` to try the interface; `/api` leads there.
 * @param describe builds the document; called at the first request, because most processes never need the document
 */
export function serveDocs(fastify: FastifyInstance, describe: () => OpenAPIObject): void {
  let json: string | undefined;
  fastify.get('/api/openapi.json', (_request, reply) => {
    json ??= JSON.stringify(describe(), null, 2);
    return reply.type('application/json; charset=utf-8').send(json);
  });
  // Relative, because a proxy may serve this under a path of its own.
  fastify.get('/api', ({ url }, reply) => reply.redirect(isFolder(url) ? 'docs' : 'api/docs'));
  fastify.get('/api/docs', ({ url }, reply) =>
    isFolder(url)
      ? reply.redirect('../docs')
      : reply.header('Content-Security-Policy', CSP).type('text/html; charset=utf-8').send(PAGE),
  );
  fastify.get('/api/docs/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START));
  for (const [file, type] of Object.entries(TYPES))
    fastify.get(`/api/docs/${file}`, async (_request, reply) =>
      reply.type(type).send(await readFile(join(filesOfSwaggerUi(), file))),
    );
}
