import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountEvent } from '../account.events.js';
import { companyIdOf } from '../../companies/company.events.js';
import type { CompanyEvent } from '../../companies/company.events.js';
import type { AddressEvent } from '../../contacts/contact.events.js';
import type { MailToReactTo, MessageEvent, Reactions } from '../../messages/message.events.js';
import { MasterKey } from '../../platform/secrets/master-key.js';
import { defineProjection, type Rows, table } from '../../platform/read-models/projection.js';
import type { Fact } from '../../platform/domain.js';
import type { Recorded } from '../../platform/log/fact-log.js';
import type { TaskEvent } from '../../tasks/task.events.js';
import { OwnAddresses } from '../own-addresses.js';
import { becomesContact, senderOf } from '../../mail/reading/sender.js';

interface MailRow {
  message_id: string;
  account_id: string;
  received_at: Date;
  /** HMAC of the sender's address; null without a sender to answer to */
  sender_key: string | null;
  /** company of the sender's domain; null for free mail */
  company_id: string | null;
  /** false for automatic, bulk and no-reply mail */
  by_person: boolean;
  /** written by the organisation itself: nothing reacts to it */
  own: boolean;
  has_task: boolean;
}

const VERSION = 3;
const text = { type: 'text', collation: 'C' } as const;
const flag = { type: 'boolean' } as const;

const mails = table<MailRow>('mail_of_late', VERSION, {
  columns: {
    message_id: { ...text, primary: true },
    account_id: text,
    received_at: { type: 'timestamptz' },
    sender_key: { ...text, nullable: true },
    company_id: { ...text, nullable: true },
    by_person: flag,
    own: flag,
    has_task: flag,
  },
  indices: [{ columns: ['account_id', 'received_at'] }],
});
const addresses = table<{ key: string }>('addresses_assigned', VERSION, {
  columns: { key: { ...text, primary: true } },
});
const companies = table<{ id: string }>('companies_known', VERSION, { columns: { id: { ...text, primary: true } } });

const BY_PEOPLE: Reactions = { createContacts: true, createContactsFrom: 'people', createTasks: false };

function received(
  { mails: rows }: { mails: Rows<MailRow> },
  { data, metadata }: Recorded<Fact<string, MailToReactTo>>,
): void {
  const sender = senderOf(data);
  const receivedAt = new Date(data.receivedAt);
  rows.put({
    message_id: data.messageId,
    account_id: data.accountId,
    received_at: isStorable(receivedAt) ? receivedAt : new Date(metadata.at),
    sender_key: sender === null ? null : data.senderKey,
    company_id: sender?.company ? companyIdOf(sender.company.domain) : null,
    by_person: becomesContact(data, BY_PEOPLE),
    own: data.author === 'own',
    has_task: false,
  });
}

const gone = ({ mails: rows }: { mails: Rows<MailRow> }, { data }: { data: { messageId: string } }): void =>
  rows.remove({ message_id: data.messageId });

/** Received mail for previews of settings: sender keys, and results of the reactions. Holds no names or addresses. */
export const recentMail = defineProjection<
  MessageEvent | AddressEvent | CompanyEvent | TaskEvent | AccountEvent,
  { mails: MailRow; addresses: { key: string }; companies: { id: string } }
>({
  name: 'mail-of-late',
  version: VERSION,
  tables: { mails, addresses, companies },
  on: {
    MessageReceived: received,
    MessageAlsoReceived: received,
    TaskCreated: (rows, { data }) => {
      if (data.messageId !== null) rows.mails.update({ message_id: data.messageId }, { has_task: true });
    },
    AddressAssigned: (rows, { data }) => rows.addresses.put({ key: data.addressKey }),
    CompanyCreated: (rows, { data }) => rows.companies.put({ id: data.companyId }),
    CompanyErased: (rows, { data }) => rows.companies.remove({ id: data.companyId }),
    MessageErased: gone,
    MessageDestroyed: gone,
    AccountRemoved: (rows, { data }) => rows.mails.removeWhere({ account_id: data.accountId }),
  },
});

/** True for times from 1970 on that fit into a `timestamptz` column. */
const isStorable = (time: Date): boolean => time.getTime() >= 0 && time.getUTCFullYear() < 10_000;

export interface Effects {
  contacts: number;
  companies: number;
  tasks: number;
  /** messages that would make a contact first, then newest first */
  examples: { messageId: string; contact: boolean; company: boolean; task: boolean }[];
}

/** A received message. */
export interface MailOfLate {
  messageId: string;
  /** null: no sender to answer to */
  senderKey: string | null;
  receivedAt: Date;
}

const EXAMPLES = 5;

@Injectable()
export class RecentMail {
  constructor(
    private readonly database: DataSource,
    private readonly own: OwnAddresses,
    private readonly master: MasterKey,
  ) {}

  /** Received messages of an account since then, newest first. */
  newest(accountId: string, since: Date, limit: number): Promise<MailOfLate[]> {
    return this.database.query<MailOfLate[]>(
      `select message_id as "messageId", sender_key as "senderKey", received_at as "receivedAt" from ${mails.name}
       where account_id = $1 and received_at >= $2 order by received_at desc, message_id limit $3`,
      [accountId, since, limit],
    );
  }

  /** Counts contacts, companies and tasks that these reactions would have added for mail of an account since then. */
  async effects(accountId: string, reactions: Reactions, since: Date): Promise<Effects> {
    const own = await this.own.all();
    const counted = await this.database.query<(Omit<Effects, 'examples'> & { examples: Effects['examples'] | null })[]>(
      `with mail as (
         select m.*, $4 and m.sender_key is not null and ($5 or m.by_person)
             and m.sender_key <> all ($6::text[]) and (m.company_id is null or m.company_id <> all ($7::text[])) as eligible
         from ${mails.name} m where m.account_id = $1 and m.received_at >= $2
       ), judged as (
         select *, eligible and not exists (select 1 from ${addresses.name} a where a.key = mail.sender_key) as contact,
           eligible and company_id is not null and not exists (select 1 from ${companies.name} c where c.id = mail.company_id) as company,
           $3 and not has_task and not own as task
         from mail
       )
       select count(distinct sender_key) filter (where contact)::int as contacts,
         count(distinct company_id) filter (where company)::int as companies,
         count(*) filter (where task)::int as tasks,
         (select json_agg(e) from (
            select message_id as "messageId", contact, company, task from judged where contact or company or task
            order by contact desc, received_at desc, message_id limit ${EXAMPLES}) e) as examples
       from judged`,
      [
        accountId,
        since,
        reactions.createTasks,
        reactions.createContacts,
        reactions.createContactsFrom === 'everyone',
        own.map(({ address }) => this.master.nameFor('address', address)),
        own.flatMap(({ domain }) => (domain === null ? [] : [companyIdOf(domain)])),
      ],
    );
    const [{ contacts, companies: firms, tasks, examples }] = counted as [(typeof counted)[number]];
    return { contacts, companies: firms, tasks, examples: examples ?? [] };
  }
}
