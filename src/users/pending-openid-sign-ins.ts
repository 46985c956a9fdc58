import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type PendingSignIn, PendingSignIns } from '../platform/auth/pending-sign-ins.js';
import type { Position } from '../platform/log/event-store.js';
import { MasterKey } from '../platform/secrets/master-key.js';

/** A sign-in at the company's provider, between start and callback. */
export interface PendingOpenIdSignIn extends PendingSignIn {
  returnTo: string;
  /** the user to link, with the position of the session (`Access.person`); null: a sign-in */
  links: { userId: string; asOf: Position } | null;
}

@Injectable()
export class PendingOpenIdSignIns extends PendingSignIns<PendingOpenIdSignIn> {
  constructor(database: DataSource, master: MasterKey) {
    super(database, master, 'openid');
  }
}
