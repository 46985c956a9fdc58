import type { MailProvider } from '../account.events.js';
import type { Config } from '../../platform/config.js';
import { Refused } from '../../platform/domain.js';
import type { Fetch } from '../../mail/servers/guarded-fetch.js';
import { SignInProvider } from './sign-in-provider.js';

/** Providers with this service as a registered client, from the environment. */
export class SignInProviders {
  private readonly known: ReadonlyMap<MailProvider, SignInProvider>;

  constructor(clients: Config['mailSignIn'], fetch: Fetch) {
    const providers = (['google', 'microsoft'] as const).flatMap((name) => {
      const client = clients[name];
      return client ? [[name, new SignInProvider(name, client, fetch)] as const] : [];
    });
    this.known = new Map(providers);
  }

  /** @throws Refused 409 `sign-in-not-set-up` */
  get(provider: MailProvider): SignInProvider {
    const found = this.known.get(provider);
    if (found) return found;
    const [id, secret] = ['CLIENT_ID', 'CLIENT_SECRET'].map((name) => `${provider.toUpperCase()}_${name}`);
    throw new Refused(
      'sign-in-not-set-up',
      'conflict',
      `This service is not registered with the provider. Ask the operator to set ${id} and ${secret}.`,
    );
  }
}
