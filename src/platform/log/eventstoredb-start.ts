import { status } from '@grpc/grpc-js';
import { ErrorType } from '@eventstore/db-client';
import { type EventStore, LogProblem } from './event-store.js';
import { NoAnswer, within } from './eventstoredb-errors.js';

/** Longer than ten tries of the client to find a cluster, each with a pause. */
const ANSWER_WITHIN_MS = 15_000;

/** Hosts of a connection string, without user and password. */
const hostsOf = (url: string): string => /^[^:]+:\/\/(?:[^/?]*@)?([^/?]*)/.exec(url)?.[1]?.replaceAll(',', ', ') ?? '';

/** Opens a store and makes its first calls. @throws LogProblem if one of them fails: one line for the operator */
export async function answering<S extends EventStore>(url: string, connect: () => S): Promise<S> {
  let store: S;
  try {
    store = connect();
  } catch (error) {
    throw new LogProblem(unusable(error as Error), { cause: error });
  }
  const at = `EventStoreDB at ${hostsOf(url)}`;
  try {
    await call(`${at} refuses reads of all streams`, READ_RIGHT, store.head());
    await call(`${at} refuses appends`, APPEND_RIGHT, store.identity());
    return store;
  } catch (error) {
    store.close().catch(() => undefined);
    throw error;
  }

  async function call(refusal: string, remedy: string, answer: Promise<unknown>): Promise<void> {
    try {
      await within(ANSWER_WITHIN_MS, answer);
    } catch (error) {
      throw new LogProblem(problemOf(at, refusal, remedy, error), { cause: error });
    }
  }
}

const READ_RIGHT = 'Let its user read $all: name a group of the user in $acl.$r of the metadata of $all.';
const APPEND_RIGHT = 'Let its user write: name a group of the user in the default ACL for streams.';

/** The client's own text would show the password. */
function unusable({ message }: Error): string {
  return /file/i.test(message)
    ? 'EVENTSTORE_URL names a certificate file that cannot be read. Correct tlsCAFile, userCertFile and userKeyFile.'
    : 'EVENTSTORE_URL is not valid. Write it like esdb://user:password@host-1:2113,host-2:2113?tls=true.';
}

function problemOf(at: string, refusal: string, remedy: string, error: unknown): string {
  const cause = rootOf(error);
  const { code, message } = cause as { code?: number; message: string };
  const isDenied = 'type' in cause && cause.type === ErrorType.ACCESS_DENIED;
  if (code === status.UNAUTHENTICATED) return `${at} refuses the user or the password in EVENTSTORE_URL. Correct them.`;
  if (isDenied || code === status.PERMISSION_DENIED) return `${refusal}. ${remedy}`;
  const reason = reasonOf(message);
  if (/certificate|self.signed|altname/i.test(reason))
    return `the certificate of ${at} is not trusted (${reason}). Add tlsCAFile=<file of the authority> to EVENTSTORE_URL.`;
  if (/wrong version number|packet length too long/i.test(reason))
    return `${at} speaks without TLS. Add tls=false to EVENTSTORE_URL, or switch TLS on at the server.`;
  if (cause instanceof NoAnswer)
    return `${at} does not answer within ${ANSWER_WITHIN_MS / 1000} s. Start it, or correct EVENTSTORE_URL.`;
  return `${at} does not answer (${reason}). Start it, or correct EVENTSTORE_URL.`;
}

const rootOf = (error: unknown): Error =>
  error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : (error as Error);

/** The reason within a text of gRPC, and within one of OpenSSL; one line. */
function reasonOf(message: string): string {
  const reason = /Last error: (?:Error: )?(.*?)\.? Resolution note:/s.exec(message)?.[1] ?? message;
  return (/:SSL routines:[^:]*:([^:]+)/.exec(reason)?.[1] ?? reason).replaceAll(/\s+/g, ' ').trim();
}
