import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type PendingSignIn, PendingSignIns } from '../../platform/auth/pending-sign-ins.js';
import type { Position } from '../../platform/log/event-store.js';
import { MasterKey } from '../../platform/secrets/master-key.js';
import type { MailProvider } from '../account.events.js';

/** Somebody who was sent to a provider's page: which person, for which account, and what he has to bring back. */
export interface PendingMailboxSignIn extends PendingSignIn {
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
export class PendingMailboxSignIns extends PendingSignIns<PendingMailboxSignIn> {
  constructor(database: DataSource, master: MasterKey) {
    super(database, master, 'sign_in');
  }
}
