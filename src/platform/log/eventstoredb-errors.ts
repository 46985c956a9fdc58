import { status } from '@grpc/grpc-js';
import { ErrorType } from '@eventstore/db-client';
import type { WrongExpectedVersionError } from '@eventstore/db-client';

const outages: ReadonlySet<unknown> = new Set([
  ErrorType.UNAVAILABLE,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.TIMEOUT,
  ErrorType.CANCELLED,
  ErrorType.NOT_LEADER,
  // A server that starts refuses everybody at first, and an operator may give the right back.
  ErrorType.ACCESS_DENIED,
  ErrorType.UNKNOWN,
]);

// After an outage the client also rejects with errors of gRPC, unconverted.
const outageCodes: ReadonlySet<unknown> = new Set([
  status.CANCELLED,
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.ABORTED,
  status.INTERNAL,
  status.UNAVAILABLE,
]);

/** The store did not answer in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** True if another try may help; the failed call may have had its effect. */
export function isOutage(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  if (!(error instanceof Error)) return false;
  if ('type' in error) return outages.has(error.type);
  // Plain errors: no node of the cluster answers, or the client had no channel at the moment of the call.
  return (
    ('code' in error && outageCodes.has(error.code)) ||
    /^(Failed to discover|Channel has been shut down)/.test(error.message)
  );
}

const isA = (type: ErrorType, error: unknown): boolean =>
  error instanceof Error && 'type' in error && error.type === type;

export const isWrongVersion = (error: unknown): error is WrongExpectedVersionError =>
  isA(ErrorType.WRONG_EXPECTED_VERSION, error);
export const isTooLarge = (error: unknown): boolean => isA(ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED, error);
export const isAbsentStream = (error: unknown): boolean => isA(ErrorType.STREAM_NOT_FOUND, error);

/** The server stopped a live subscription because its reader was behind. Nothing is lost: another one continues. */
export const isTooSlow = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === status.ABORTED &&
  /too slow|resubscription required/i.test(error.message);

/** Does not end the call itself. @throws NoAnswer after the given time */
export async function within<T>(milliseconds: number, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([call, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
