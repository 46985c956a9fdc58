import type { Slice } from '../platform/slice.js';
import { DestroyMessagesHandler } from './destroy-messages.js';
import { DraftCopies } from './draft-copies.js';
import { JoinConversationsHandler } from './join-conversations.js';
import { KnownByHeader } from './known-by-header.js';
import { KeptRecords } from './kept-records.js';
import { KnownMessages } from './known-messages.js';
import { MessageIdentity } from './message-identity.js';
import { MessageIntake } from './message-intake.js';
import { MessageKeys } from './message-keys.js';
import { SentMessages } from './sent-messages.js';

export const messageCommands: Slice = {
  endpoints: [],
  handlers: [JoinConversationsHandler, DestroyMessagesHandler],
  services: [
    DraftCopies,
    KnownByHeader,
    KeptRecords,
    MessageIntake,
    MessageIdentity,
    KnownMessages,
    MessageKeys,
    SentMessages,
  ],
};
