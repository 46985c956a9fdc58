import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, ValidateNested } from 'class-validator';
import { type Effects, RecentMail } from './recent-mail.js';
import { senderOf } from '../../mail/reading/sender.js';
import { type MessageEvent, messageStream, type Reactions } from '../../messages/message.events.js';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import type { Origin } from '../../platform/commands/decide.js';
import { FactLog } from '../../platform/log/fact-log.js';
import { AnswersSecret } from '../../platform/http/idempotency.js';
import { MayBeLeftOut } from '../../platform/http/input.js';
import { SettingChanges } from '../setting-changes.js';
import { requireMailModule } from '../../access/mail-scope.js';

class ReactionsBody {
  /** True to make a contact of each new sender; default: the current setting. */
  @MayBeLeftOut()
  @IsBoolean()
  createContacts?: boolean;

  /**
   * Senders that become contacts: `people` leaves out automatic, bulk and no-reply mail; default: the current setting.
   */
  @MayBeLeftOut()
  @IsIn(['people', 'everyone'])
  createContactsFrom?: 'people' | 'everyone';

  /** True to make a task of each received message; default: the current setting. */
  @MayBeLeftOut()
  @IsBoolean()
  createTasks?: boolean;
}

class PreviewBody {
  /** Settings to try out; every setting left out keeps its current value. */
  @IsObject()
  @ValidateNested()
  @Type(() => ReactionsBody)
  set!: ReactionsBody;
}

class PreviewExample {
  /** Id of the message. */
  messageId!: string;
  /** Name that the contact of the sender would have; null if there is none or the message is erased. */
  name!: string | null;
  /** Mail address of the sender; null if there is none or the message is erased. */
  address!: string | null;
  /** Subject of the message; null if there is none or the message is erased. */
  subject!: string | null;
  /** ISO 8601 UTC: time at which the server received the message. */
  receivedAt!: string;
  /** True if the message would make a new contact. */
  contact!: boolean;
  /** Name of the new company that the message would make; null if none. */
  company!: string | null;
  /** True if the message would make a new task. */
  task!: boolean;
}

class PreviewAnswer {
  /** Number of contacts that the settings would have made of the mail of the last 30 days. */
  contacts!: number;
  /** Number of companies that the settings would have made. */
  companies!: number;
  /** Number of tasks that the settings would have made. */
  tasks!: number;
  /** Some of the messages that would have made a contact, company or task. */
  examples!: PreviewExample[];
}

class PreviewSettings extends Command<PreviewAnswer> {
  constructor(
    readonly accountId: string,
    readonly set: Partial<Reactions>,
    readonly origin: Origin,
  ) {
    super();
  }
}

const DAYS_MS = 30 * 24 * 60 * 60 * 1000;

/** Records nothing. Requires the same rights as a change of settings. */
@CommandHandler(PreviewSettings)
export class PreviewSettingsHandler implements ICommandHandler<PreviewSettings> {
  constructor(
    private readonly changes: SettingChanges,
    private readonly mail: RecentMail,
    private readonly log: FactLog,
  ) {}

  async execute({ accountId, set, origin }: PreviewSettings): Promise<PreviewAnswer> {
    const { settings } = await this.changes.open(accountId, origin);
    const { createContacts, createContactsFrom, createTasks } = { ...settings, ...set };
    const since = new Date(Date.now() - DAYS_MS);
    const found = await this.mail.effects(accountId, { createContacts, createContactsFrom, createTasks }, since);
    const examples = await Promise.all(found.examples.map((each) => this.example(each)));
    return { ...found, examples: examples.flatMap((each) => each ?? []) };
  }

  private async example({
    messageId,
    contact,
    company,
    task,
  }: Effects['examples'][number]): Promise<PreviewExample | null> {
    for await (const fact of this.log.read(messageStream(messageId), { limit: 1 })) {
      const { data } = fact as unknown as Extract<MessageEvent, { type: 'MessageReceived' }>;
      const sender = senderOf(data);
      const { subject, receivedAt } = data;
      const from = { name: sender?.name ?? null, address: sender?.address ?? null };
      return {
        messageId,
        ...from,
        subject,
        receivedAt,
        contact,
        company: company ? (sender?.company?.name ?? null) : null,
        task,
      };
    }
    return null;
  }
}

@Controller('api/accounts')
export class PreviewSettingsEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/preview')
  @HttpCode(200)
  @AnswersSecret()
  @ApiOperation({
    summary: 'Counts contacts, companies and tasks that settings would have made of the mail of the last 30 days.',
  })
  @ApiOkResponse({ type: PreviewAnswer })
  preview(@Param('id') id: string, @Body() { set }: PreviewBody, @Asked() caller: Caller): Promise<PreviewAnswer> {
    requireMailModule(caller);
    return this.commands.execute(new PreviewSettings(id, { ...set }, caller.origin));
  }
}
