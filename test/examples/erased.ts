import type { PersonalContent } from '../../src/messages/message.events.js';

/** What the personal fields of a message read as once its key is destroyed. */
export const erased: PersonalContent = {
  header: null,
  inReplyTo: null,
  references: null,
  from: null,
  to: null,
  cc: null,
  replyTo: null,
  subject: null,
  date: null,
  preview: null,
  attachments: null,
};
