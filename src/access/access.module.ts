import { Global, Module } from '@nestjs/common';
import { poolOf } from '../platform/database/database.js';
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
      useFactory: ({ database, checkpoints }: Platform) => new Access(poolOf(database), checkpoints),
      inject: [PLATFORM],
    },
    {
      provide: Recognition,
      useFactory: ({ database }: Platform) => new Recognition(poolOf(database)),
      inject: [PLATFORM],
    },
    Callers,
  ],
  exports: [Access, Recognition, Callers],
})
export class AccessModule {}
