import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { settingNames } from '../../src/accounts/account.events.js';
import { IsDayOrTime } from '../../src/platform/http/day-or-time.js';
import { PageQuery } from '../../src/platform/http/input.js';

const ofAccounts = [...settingNames, 'password', 'signIn', 'owner', 'users', 'removed'] as const;
const ofFolders = ['folder', 'fetched', 'role'] as const;
const ofContactsAndCompanies = ['emails', 'companyId', 'source', 'domain'] as const;
const ofTasks = ['title', 'messageId', 'accountId', 'contactId', 'assignee', 'state'] as const;
const ofUsers = ['email', 'active', 'byProvider'] as const;

/** Every field that a history may name in its changes. */
export const historyFields: readonly string[] = [
  ...ofAccounts,
  ...ofFolders,
  ...ofContactsAndCompanies,
  ...ofTasks,
  ...ofUsers,
];

export class HistoryParameters extends PageQuery {
  /** Only changes by this user or service: `by.id` of an entry. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  by?: string;

  /** Only changes through this entrance: `via` of an entry. For a service this includes changes on behalf of users. */
  @IsOptional()
  @IsString()
  @MaxLength(300)
  via?: string;

  /** Only changes of this setting: `field` of a change. */
  @IsOptional()
  @IsIn(historyFields)
  field?: string;

  /** Only changes from this time or day (UTC) on. */
  @IsOptional()
  @IsDayOrTime()
  since?: string;

  /** Only changes before this time, or up to the end of this day (UTC). */
  @IsOptional()
  @IsDayOrTime()
  until?: string;
}
