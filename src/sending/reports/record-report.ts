import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DeliveryReport } from '../../mail/reading/delivery-report.js';
import { MessageReader } from '../../mail/reading/message-reader.js';
import { normalAddress } from '../../mail/reading/normal-address.js';
import { type MessageEvent, messageKey, messageStream } from '../../messages/message.events.js';
import { type Message, message } from '../../messages/message.fold.js';
import { MessageKeys } from '../../messages/message-keys.js';
import { recordedContent } from '../../messages/recorded-content.js';
import { SentMessages } from '../../messages/sent-messages.js';
import { BlobDamaged, BlobMissing } from '../../platform/blobs/blob-format.js';
import { Blobs } from '../../platform/blobs/blobs.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { FactLog } from '../../platform/log/fact-log.js';
import { DataKeys } from '../../platform/secrets/data-keys.js';
import { reached } from '../../platform/steps.js';
import { OutgoingMail } from '../outgoing-mail.js';
import { sentIn } from '../sending.decider.js';
import { recordReport, type Reported } from './report.decider.js';

/** Links the report of a mail server to the message that it is about. */
export class RecordReport extends Command<void> {
  constructor(
    readonly report: { accountId: string; messageId: string },
    readonly origin: Origin,
  ) {
    super();
  }
}

/** Nothing in a report is trusted but the Message-ID of the returned message, which strangers cannot guess. */
@CommandHandler(RecordReport)
export class RecordReportHandler implements ICommandHandler<RecordReport> {
  constructor(
    private readonly decide: Decide,
    private readonly log: FactLog,
    private readonly blobs: Blobs,
    private readonly dataKeys: DataKeys,
    private readonly reader: MessageReader,
    private readonly keys: MessageKeys,
    private readonly sent: SentMessages,
    private readonly outgoing: OutgoingMail,
  ) {}

  async execute({ report: { accountId, messageId: reportId }, origin }: RecordReport): Promise<void> {
    const report = await this.read(accountId, reportId);
    if (report === null || report.originalMessageId === null) return;
    const sentKey = this.keys.sent(accountId, report.originalMessageId);
    const messageId = (await this.sent.among([sentKey])).get(sentKey);
    if (messageId === undefined) return;
    const stored = await this.outgoing.stored(messageId);
    if (stored === null) return;
    const reported = reportedOf(report, stored.envelope.addresses, (address) => this.keys.person(address));
    await this.decide.on<Message, MessageEvent>(messageStream(messageId), message, origin, (state) => {
      const sent = sentIn(state, messageId);
      return sent === null ? [] : recordReport(sent, reportId, reported);
    });
    reached('report.recorded');
  }

  /** Null: no report, erased, or its bytes are missing. */
  private async read(accountId: string, messageId: string): Promise<DeliveryReport | null> {
    const content = await recordedContent(this.log, messageId);
    const name = messageKey(messageId);
    const key = content && (await this.dataKeys.find([name])).get(name);
    if (!key) return null;
    try {
      const blob = await this.blobs.sealed(messageId, key, content.hash);
      return (await this.reader.forReactions(blob, accountId))?.report ?? null;
    } catch (error) {
      if (error instanceof BlobMissing || error instanceof BlobDamaged) return null;
      throw error;
    }
  }
}

/** Recipients that the message did not have are left out: a report about them is forged, or about another copy. */
function reportedOf(
  { kind, recipients }: DeliveryReport,
  addresses: readonly string[],
  keyOf: (address: string) => string,
): Reported[] {
  const indices = new Map(addresses.map((address, n) => [normalAddress(address), n]));
  const about = recipients.flatMap(({ address, finalAddress, action, code, diagnostic }): Reported[] => {
    const recipient = indices.get(normalAddress(address)) ?? indices.get(normalAddress(finalAddress ?? ''));
    if (recipient === undefined) return [];
    const told = { code, diagnostic: diagnostic === '' ? null : diagnostic };
    const recipientKey = keyOf(addresses[recipient]!);
    return [{ recipient, recipientKey, kind: kind === 'complaint' ? 'complained' : action, ...told }];
  });
  const failedLast = about.toSorted((one, other) => Number(one.kind === 'failed') - Number(other.kind === 'failed'));
  const once = [...new Map(failedLast.map((one) => [one.recipient, one])).values()];
  if (kind !== 'complaint' || recipients.length > 0) return once;
  // Providers hide the recipient of a complaint.
  const only = addresses.length === 1 ? addresses[0]! : null;
  const hidden = { recipient: only === null ? null : 0, recipientKey: only === null ? null : keyOf(only) };
  return [{ ...hidden, kind: 'complained', code: null, diagnostic: null }];
}
