import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Controller, Module, Param, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 12 });

/** The smallest possible command: one row in the same PostgreSQL. */
@Controller('bare')
class BareRoute {
  @Put(':id')
  async put(@Param('id') id: string): Promise<{ id: string }> {
    const fact = {
      id: randomUUID(),
      data: { accountId: id, userId: id },
      metadata: { by: `user:${id}`, via: 'web', v: 1 },
    };
    await pool.query({
      name: 'insert',
      text: `insert into bare (id, stream, revision, type, data, metadata) values ($1, $2, 0, 'AccessGranted', $3, $4)`,
      values: [fact.id, `account-${id}-${fact.id}`, JSON.stringify(fact.data), JSON.stringify(fact.metadata)],
    });
    return { id: fact.id };
  }
}

@Module({ controllers: [BareRoute] })
class BareModule {}

await pool.query(`create table bare (
  position bigint generated always as identity primary key, id uuid not null unique, stream text collate "C" not null,
  revision integer not null, type text collate "C" not null, data json not null, metadata json not null, unique (stream, revision)
)`);
const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
process.stdout.write(`the bare route is ready: ${await app.getUrl()}\n`);
process.on('SIGTERM', () => process.exit(0));
