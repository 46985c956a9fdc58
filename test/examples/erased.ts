import type { PersonalContent } from '../../src/messages/message.events.js';

/** Personal fields of a message after the destruction of its key. */
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
