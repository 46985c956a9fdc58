import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { readFile, writeFile } from 'node:fs/promises';
import { AppModule } from '../src/app.module.js';
import { readConfig } from '../src/platform/config.js';
import { describe } from '../src/platform/http/describe.js';
import type { Platform } from '../src/platform/open-platform.js';

const FILE = 'docs/openapi.json';

/** `npm run openapi`: writes the interface down. With `--check`, fails when what is written is not what the code says. */
async function main(mode: string | undefined): Promise<void> {
  const text = await described();
  if (mode !== '--check') return writeFile(FILE, text);
  if ((await readFile(FILE, 'utf8').catch(() => '')) !== text)
    throw new Error(`${FILE} is not what the code says: run npm run openapi, and commit it`);
}

/** In preview nothing is constructed, so that no part of the platform has to be there. */
async function described(): Promise<string> {
  const nothingOpen = { config: readConfig({}) } as Platform;
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(nothingOpen), new FastifyAdapter(), {
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
