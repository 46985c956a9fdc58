import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type PendingSignIn, PendingSignIns } from '../../platform/auth/pending-sign-ins.js';
import type { Position } from '../../platform/log/event-store.js';
import { MasterKey } from '../../platform/secrets/master-key.js';
import type { MailProvider } from '../account.events.js';

/** A sign-in of a user at a provider's page, for one account, between start and callback. */
export interface PendingMailboxSignIn extends PendingSignIn {
  provider: MailProvider;
  accountId: string;
  userId: string;
  /** position of the user's session (`Access.person`): the end of the session ends this sign-in */
  asOf: Position;
  by: string;
  via: string;
  redirectUri: string;
  /** path of this site to open after the sign-in; null: none; absent: an earlier release began it */
  returnTo?: string | null;
}

@Injectable()
export class PendingMailboxSignIns extends PendingSignIns<PendingMailboxSignIn> {
  constructor(database: DataSource, master: MasterKey) {
    super(database, master, 'sign_in');
  }
}
