import type { Slice } from '../platform/slice.js';
import { Absences } from './absences.js';
import { PreviewRepliesEndpoint, PreviewRepliesHandler } from './preview-replies.js';
import { ReceivedMail } from './received-mail.js';
import { ReplyToMessageHandler } from './reply-to-message.js';

export const autoresponderCommands: Slice = {
  endpoints: [PreviewRepliesEndpoint],
  handlers: [ReplyToMessageHandler, PreviewRepliesHandler],
  services: [Absences, ReceivedMail],
};
