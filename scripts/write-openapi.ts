import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { readFile, writeFile } from 'node:fs/promises';
import { AppModule } from '../src/app.module.js';
import { readConfig } from '../src/platform/config.js';
import { describe } from '../src/platform/http/describe.js';
import type { Platform } from '../src/platform/open-platform.js';

const FILE = 'docs/openapi.json';

/** `npm run openapi` writes the OpenAPI document; with `--check`, it fails if the file differs from the code. */
async function main(mode: string | undefined): Promise<void> {
  const text = await described();
  if (mode !== '--check') return writeFile(FILE, text);
  if ((await readFile(FILE, 'utf8').catch(() => '')) !== text)
    throw new Error(`${FILE} differs from the code. Run npm run openapi and commit the file.`);
}

/** In preview mode Nest constructs no provider, so the platform can stay closed. */
async function described(): Promise<string> {
  const closedPlatform = { config: readConfig({}) } as Platform;
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(closedPlatform, []), new FastifyAdapter(), {
    preview: true,
    abortOnError: false,
    logger: ['error'],
  });
  return `${JSON.stringify(describe(app), null, 2)}\n`;
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
