import { Controller, Get, Query as QueryParameters, Res, StreamableFile } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import { FactLog } from '../../src/platform/log/fact-log.js';
import { ImportedLog } from '../../src/platform/moving/imported-log.js';
import type { Slice } from '../../src/platform/slice.js';
import { AuditedFact, AuditParameters } from './audited-fact.js';
import { factsOf } from './facts-of.js';

const NDJSON = 'application/x-ndjson';

/** Lines of JSON, and the position of the last fact in the log at the time of the query. */
interface Lines {
  lines: Readable;
  head: string;
}

class StreamFacts extends Query<Lines> {
  constructor(
    readonly caller: Caller,
    readonly parameters: AuditParameters,
  ) {
    super();
  }
}

@QueryHandler(StreamFacts)
class StreamFactsHandler implements IQueryHandler<StreamFacts> {
  constructor(
    private readonly log: FactLog,
    private readonly importedLog: ImportedLog,
  ) {}

  async execute({ caller, parameters }: StreamFacts): Promise<Lines> {
    const { role } = caller.actor;
    if (role !== 'administrator' && role !== 'auditor')
      throw new Refused('only-administrators-and-auditors-read-the-log', 'forbidden');
    if (parameters.from !== undefined) await this.importedLog.verify(parameters.from);
    const head = await this.log.store.head();
    return { head, lines: Readable.from(linesOf(factsOf(this.log.store, parameters, head)), { objectMode: false }) };
  }
}

async function* linesOf(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string, void, undefined> {
  for await (const facts of pages) yield facts.map((fact) => `${JSON.stringify(fact)}\n`).join('');
}

@ApiTags('audit')
@Controller('api/audit/facts')
class StreamFactsEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'Streams the facts of the log as they are stored, one JSON object a line, in the order of the log.',
    description:
      'For administrators and auditors. Sealed fields stay sealed: `$sealed` holds their ciphertext. ' +
      'The stream ends with the last fact of the time of the request; `X-Position` is its position. ' +
      'A stream that fails ends without its last chunk: continue it with `from`, the position of the last whole line.',
  })
  @ApiProduces(NDJSON)
  @ApiOkResponse({ type: AuditedFact })
  async stream(
    @QueryParameters() parameters: AuditParameters,
    @Asked() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { lines, head } = await this.queries.execute(new StreamFacts(caller, parameters));
    void reply.header('X-Position', head);
    return new StreamableFile(lines, { type: NDJSON });
  }
}

export const auditQueries: Slice = {
  endpoints: [StreamFactsEndpoint],
  handlers: [StreamFactsHandler],
};
