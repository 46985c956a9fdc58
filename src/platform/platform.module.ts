import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Credentials } from './auth/credentials.js';
import { LastUse } from './auth/last-use.js';
import { Blobs } from './blobs/blobs.js';
import { Checkpoints } from './followers/checkpoints.js';
import { Leases } from './followers/leases.js';
import { Heartbeats } from './followers/heartbeats.js';
import { DataKeys } from './secrets/data-keys.js';
import { Decide } from './commands/decide.js';
import { FactLog } from './log/fact-log.js';
import { ImportedLog } from './moving/imported-log.js';
import { Locks } from './database/locks.js';
import { MasterKey } from './secrets/master-key.js';
import type { Platform } from './open-platform.js';
import { Vault } from './secrets/vault.js';

/** Injection token of the whole platform, for the few injectable classes that need its configuration or logger. */
export const PLATFORM = Symbol('platform');

/** The parts of the platform, each injected by its class. */
@Global()
@Module({})
export class PlatformModule {
  static of(platform: Platform): DynamicModule {
    const parts = [
      { provide: PLATFORM, useValue: platform },
      { provide: DataSource, useValue: platform.database },
      { provide: FactLog, useValue: platform.log },
      { provide: Decide, useValue: platform.decide },
      { provide: Locks, useValue: platform.locks },
      { provide: Checkpoints, useValue: platform.checkpoints },
      { provide: Leases, useValue: platform.leases },
      { provide: Heartbeats, useValue: platform.heartbeats },
      { provide: MasterKey, useValue: platform.master },
      { provide: DataKeys, useValue: platform.keys },
      { provide: Vault, useValue: platform.vault },
      { provide: Blobs, useValue: platform.blobs },
      { provide: Credentials, useValue: platform.credentials },
      { provide: LastUse, useValue: platform.lastUse },
      { provide: ImportedLog, useValue: platform.importedLog },
    ];
    return { module: PlatformModule, providers: parts, exports: parts.map((part) => part.provide) };
  }
}
