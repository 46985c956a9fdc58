import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Checkpoints } from '../../src/platform/followers/checkpoints.js';
import { Refused } from '../../src/platform/domain.js';
import { MAIL_SEARCH } from './mail-search.js';

const WAIT_MS = 5000;

/** The search lags while much mail is taken in: only a list that asks it waits for it. */
@Injectable()
export class SearchPosition {
  constructor(private readonly checkpoints: Checkpoints) {}

  /**
   * `X-Wait-For` and `X-Position` of an answer that comes from the search as well.
   * @throws Refused 503 when the search has not come that far
   */
  async answerFrom(other: string, waitFor: string | undefined, reply: FastifyReply): Promise<void> {
    if (waitFor !== undefined && !(await this.checkpoints.waitFor([MAIL_SEARCH], waitFor, WAIT_MS)))
      throw new Refused('read-model-behind', 'unavailable', `the search has not reached ${waitFor} yet`);
    void reply.header('X-Position', await this.checkpoints.position([other, MAIL_SEARCH]));
  }
}
