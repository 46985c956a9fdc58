import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Begun, BegunSignIns } from '../../platform/auth/pending-sign-ins.js';
import type { Position } from '../../platform/log/event-store.js';
import { MasterKey } from '../../platform/secrets/master-key.js';
import type { MailProvider } from '../account.events.js';

/** Somebody who was sent to a provider's page: which person, for which account, and what he has to bring back. */
export interface BegunMailboxSignIn extends Begun {
  provider: MailProvider;
  accountId: string;
  userId: string;
  /** of his session (`Access.person`): what ended it ends this too */
  asOf: Position;
  by: string;
  via: string;
  redirectUri: string;
}

@Injectable()
export class BegunMailboxSignIns extends BegunSignIns<BegunMailboxSignIn> {
  constructor(database: DataSource, master: MasterKey) {
    super(database, master, 'sign_in');
  }
}
