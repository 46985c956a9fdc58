import type { Slice } from '../platform/slice.js';
import { MessageWriter } from '../mail/writing/message-writer.js';
import { CancelAnsweredHandler } from './cancel-answered.js';
import { ChangeOutboxEndpoint, ChangeOutgoingHandler } from './change-outgoing.js';
import { CopyRun } from './copy-run.js';
import { SendLimits } from './limits/send-limits.js';
import { MarkOriginalHandler } from './mark-original.js';
import { Originals } from './original.js';
import { OutgoingMail } from './outgoing-mail.js';
import { OutgoingRequests } from './outgoing-requests.js';
import { QueueAgainHandler } from './queue-again.js';
import { QueueMessageHandler } from './queue-message.js';
import { RecordReportHandler } from './reports/record-report.js';
import { SendAttempt } from './send-attempt.js';
import { SendMessageEndpoint } from './send-message.js';
import { SendRun } from './send-run.js';
import { SendWorker } from './send-worker.js';
import { SentFolder } from './sent-folder.js';
import { TakenBackMessages } from './taken-back.js';
import { WrittenWords } from './written-words.js';

export const sendingCommands: Slice = {
  endpoints: [SendMessageEndpoint, ChangeOutboxEndpoint],
  handlers: [
    QueueMessageHandler,
    QueueAgainHandler,
    ChangeOutgoingHandler,
    CancelAnsweredHandler,
    MarkOriginalHandler,
    RecordReportHandler,
  ],
  services: [
    SendLimits,
    MessageWriter,
    Originals,
    OutgoingMail,
    OutgoingRequests,
    SentFolder,
    TakenBackMessages,
    WrittenWords,
    SendAttempt,
    SendRun,
    CopyRun,
    SendWorker,
  ],
};
