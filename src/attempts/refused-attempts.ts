import { Injectable } from '@nestjs/common';
import { Access } from '../access/access.js';
import type { AskedRequest } from '../platform/auth/caller.js';
import { Decide } from '../platform/commands/decide.js';
import { Hidden } from '../platform/domain.js';
import { type Refusal, Refusals } from '../platform/http/refusals.js';
import { MasterKey } from '../platform/secrets/master-key.js';
import { AttemptCounts } from './attempt-counts.js';
import { attempts } from './attempt.fold.js';
import { recordAttempt } from './attempt.decider.js';
import { type Attempt, attemptStream } from './attempt.events.js';

const SIGNING_IN = 'POST /api/session';
const PROVIDER_SIGN_IN = 'GET /api/session/openid/callback';
/** Every refusal here counts: a person began to sign in to a mailbox, and the sign-in failed. */
const MAILBOX_SIGN_IN = 'GET /api/oauth/{provider}/callback';

/** Reasons of rules that guard access and secrets, and refuse callers with sufficient rights as well. */
const GUARDS: ReadonlySet<string> = new Set([
  'last-administrator',
  'administrators-always-have-access',
  'the-owner-keeps-his-account',
  'password-needed',
]);

/**
 * Records refused attempts: forbidden and hidden requests, requests against a guarding rule, logins that a mail server
 * refused, and failed sign-ins.
 */
@Injectable()
export class RefusedAttempts extends Refusals {
  constructor(
    private readonly counts: AttemptCounts,
    private readonly access: Access,
    private readonly decide: Decide,
    private readonly master: MasterKey,
  ) {
    super();
  }

  async refused(request: AskedRequest, refusal: Refusal): Promise<void> {
    const action = `${request.method} ${(request.routeOptions.url ?? '').replaceAll(/:(\w+)/g, '{$1}')}`;
    const { status, reason } = refusal.problem;
    const accountId = await this.accountOf(request, action, refusal);
    const isAttempt =
      status === 403 ||
      (status === 404 && accountId !== null) ||
      (status === 422 && reason === 'login-refused') ||
      GUARDS.has(reason) ||
      (status < 500 && (action === MAILBOX_SIGN_IN || (action === PROVIDER_SIGN_IN && status !== 404))) ||
      ((status === 401 || status === 429) && action === SIGNING_IN);
    if (!isAttempt) return;
    const userId = await this.personOf(request, action);
    const { by = null, via = 'web' } = request.caller?.origin ?? request.presentedBy ?? {};
    const now = new Date();
    const attempt = { by, via, action, accountId, userId, status, reason, server: refusal.problem.server ?? null };
    await this.record({ ...attempt, month: now.toISOString().slice(0, 7), from: request.ip }, now);
  }

  private async record(attempt: Omit<Attempt, 'attemptId'>, now: Date): Promise<void> {
    const { by, via, action, accountId, userId, reason, from } = attempt;
    const caller = by ?? (userId === null ? 'nobody' : `about ${userId}`);
    const kind = this.master.nameFor(
      'attempt',
      JSON.stringify([via, action, accountId, userId, reason, by === null && from]),
    );
    const { since, apart, times } = await this.counts.count(caller, kind, now.getTime());
    if (!Number.isInteger(Math.log2(times))) return;
    const attemptId = this.master.nameFor('attempt-id', `${since} ${caller} ${apart ? kind : ''}`);
    const recorded = apart
      ? attempt
      : { ...attempt, action: null, accountId: null, reason: 'many-different-attempts', server: null };
    const origin = {
      actor: { id: 'system', role: 'system' as const },
      by: by ?? 'system',
      via,
      correlationId: attemptId,
      causationId: null,
      commandId: attemptId,
    };
    await this.decide.on(attemptStream(attemptId), attempts, origin, (state) =>
      recordAttempt(state, { ...recorded, attemptId }, times),
    );
  }

  /** The existing account of the request; null: none. */
  private async accountOf(request: AskedRequest, action: string, { error, problem }: Refusal): Promise<string | null> {
    if (error instanceof Hidden) return error.accountId;
    if (request.signsInTo !== undefined) return request.signsInTo;
    const namesAccount = [403, 404].includes(problem.status) || GUARDS.has(problem.reason);
    if (!namesAccount || !/^\w+ \/api\/accounts\/\{id\}/.test(action)) return null;
    if (problem.status === 404 && problem.reason !== 'account-not-found') return null;
    const { id } = request.params as { id: string };
    return (await this.access.accountExists(id)) ? id : null;
  }

  private async personOf(request: AskedRequest, action: string): Promise<string | null> {
    if (action === SIGNING_IN) return request.signsIn ?? null;
    if (!/^\w+ \/api\/users\/\{id\}/.test(action)) return null;
    const { id } = request.params as { id: string };
    return (await this.access.grantee(id)).known ? id : null;
  }
}
