import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import type { Schemas } from './api.js';

type Cause = Schemas['StatusCauseAnswer'];
type Words = (server: string) => MessageDescriptor;

const SERVERS = { incoming: msg`The incoming server`, outgoing: msg`The outgoing server` } as const;

/** A sentence for each reason of the interface: a new reason without one does not compile. */
const WHY: Record<Exclude<Cause['reason'], 'sign-in-missing' | 'sign-in-ran-out'>, Words> = {
  'login-refused': (server) => msg`${server} refused the login.`,
  'login-not-offered': (server) => msg`${server} offers no way to log in.`,
  'tls-required': (server) => msg`${server} takes no login without encryption.`,
  'wrong-protocol': (server) => msg`${server} is another kind of server.`,
  'temporarily-refused': (server) => msg`${server} takes no login at the moment.`,
  'provider-not-answering': (server) =>
    msg`${server} is not asked, because the provider’s page for signing in does not answer.`,
  'host-unknown': (server) => msg`${server} was not found.`,
  'host-not-allowed': (server) => msg`${server} lies at an address that may not be connected to.`,
  unreachable: (server) => msg`${server} cannot be reached.`,
  'tls-failed': (server) => msg`${server} cannot be connected to safely.`,
  'starttls-not-offered': (server) => msg`${server} does not offer STARTTLS.`,
  'refused-by-server': (server) => msg`${server} refused to go on.`,
  'too-many-messages': (server) => msg`${server} has a folder with more messages than can be fetched.`,
  'too-many-folders': (server) => msg`${server} has more folders than can be fetched.`,
  'connection-lost': (server) => msg`${server} broke the connection.`,
  stalled: (server) => msg`${server} did not finish a command.`,
  'timed-out': (server) => msg`${server} took too long to answer.`,
  other: (server) => msg`${server} failed.`,
};

const CHECK_SERVER = msg`Check host, port and encryption in the settings.`;
const TOO_MANY = msg`Move or remove some of them on the server.`;

/** The next step by reason; all others pass by themselves. */
const ADVICE: Partial<Record<Cause['reason'], MessageDescriptor>> = {
  'login-refused': msg`Check login and password, or sign in at the provider again.`,
  'login-not-offered': CHECK_SERVER,
  'tls-required': CHECK_SERVER,
  'wrong-protocol': CHECK_SERVER,
  'host-unknown': CHECK_SERVER,
  'host-not-allowed': CHECK_SERVER,
  unreachable: CHECK_SERVER,
  'tls-failed': CHECK_SERVER,
  'starttls-not-offered': CHECK_SERVER,
  'too-many-messages': TOO_MANY,
  'too-many-folders': TOO_MANY,
};

const PROVIDERS: Record<string, string> = { google: 'Google', microsoft: 'Microsoft' };

/** Texts for the state of an account, in the language of the person. */
export function useStatusWords(): {
  /** undefined: nothing is wrong */
  of: (account: { signIn: string; statusCause: Cause | null }) => string | undefined;
  /** of a fetch that failed */
  ofFetch: (reason: string | null) => string;
} {
  const { _ } = useLingui();
  const failure = (reason: string | null, server: 'incoming' | 'outgoing'): string => {
    const words: Words = reason !== null && Object.hasOwn(WHY, reason) ? WHY[reason as keyof typeof WHY] : WHY.other;
    return _(words(_(SERVERS[server])));
  };
  return {
    of: ({ signIn, statusCause }) => {
      if (statusCause === null) return undefined;
      const { reason, server } = statusCause;
      const provider = PROVIDERS[signIn] ?? signIn;
      if (reason === 'sign-in-missing') return _(msg`Nobody has signed in with ${provider} yet.`);
      if (reason === 'sign-in-ran-out') return _(msg`The sign-in with ${provider} has run out.`);
      return `${failure(reason, server ?? 'incoming')} ${_(ADVICE[reason] ?? msg`It is tried again by itself.`)}`;
    },
    ofFetch: (reason) =>
      reason === 'sign-in-needed'
        ? _(msg`The account needs a new sign-in at its provider.`)
        : failure(reason, 'incoming'),
  };
}
