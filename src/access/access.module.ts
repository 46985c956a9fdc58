import { Global, Module } from '@nestjs/common';
import { poolOf } from '../platform/database/database.js';
import { KnownCallers } from '../platform/auth/caller.js';
import type { Platform } from '../platform/open-platform.js';
import { PLATFORM } from '../platform/platform.module.js';
import { Access } from './access.js';
import { Callers } from './callers.js';
import { Recognition } from './recognition.js';

/** Callers of requests and their rights, for every slice. */
@Global()
@Module({
  providers: [
    {
      provide: Access,
      useFactory: ({ database, checkpoints, heartbeats }: Platform) =>
        new Access(poolOf(database), checkpoints, heartbeats),
      inject: [PLATFORM],
    },
    {
      provide: Recognition,
      useFactory: ({ database }: Platform, access: Access) => new Recognition(poolOf(database), access),
      inject: [PLATFORM, Access],
    },
    Callers,
    { provide: KnownCallers, useExisting: Callers },
  ],
  exports: [Access, Recognition, Callers],
})
export class AccessModule {}
