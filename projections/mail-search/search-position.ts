import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Checkpoints } from '../../src/platform/followers/checkpoints.js';
import { Refused } from '../../src/platform/domain.js';
import { MAIL_SEARCH } from './mail-search.js';

const WAIT_MS = 5000;

/** The search lags while much mail arrives: only a list with search words waits for its checkpoint. */
@Injectable()
export class SearchPosition {
  constructor(private readonly checkpoints: Checkpoints) {}

  /**
   * Handles `X-Wait-For` and `X-Position` of an answer from `others` and the search.
   * @throws Refused 503 when the search has not reached the position within 5 s
   */
  async answerFrom(others: readonly string[], waitFor: string | undefined, reply: FastifyReply): Promise<void> {
    if (waitFor !== undefined && !(await this.checkpoints.waitFor([MAIL_SEARCH], waitFor, WAIT_MS)))
      throw new Refused('read-model-behind', 'unavailable', `the search has not reached ${waitFor} yet`);
    void reply.header('X-Position', await this.checkpoints.position([...others, MAIL_SEARCH]));
  }
}
