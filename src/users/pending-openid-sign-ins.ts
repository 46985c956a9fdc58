import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type PendingSignIn, PendingSignIns } from '../platform/auth/pending-sign-ins.js';
import type { Position } from '../platform/log/event-store.js';
import { MasterKey } from '../platform/secrets/master-key.js';

/** Somebody who was sent to the company's provider, and what he has to bring back. */
export interface PendingOpenIdSignIn extends PendingSignIn {
  returnTo: string;
  /** who wants to be linked, with the position of his session (`Access.person`); null: somebody signs in */
  links: { userId: string; asOf: Position } | null;
}

@Injectable()
export class PendingOpenIdSignIns extends PendingSignIns<PendingOpenIdSignIn> {
  constructor(database: DataSource, master: MasterKey) {
    super(database, master, 'openid');
  }
}
