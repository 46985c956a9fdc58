import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { Security, Server } from './account.events.js';

/** No control characters, so that nothing can be smuggled into a protocol line. */
export const ONE_LINE = /^[^\p{Cc}\u2028\u2029]*$/u;
const oneLine = { message: 'must be one line without control characters' };
/** RFC 5321 §4.1.2 as people write it; domains also in their own script. */
export const ADDRESS =
  /^[^\s@"(),:;<>[\\\]\p{Cc}]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

export class ServerBody implements Server {
  /** name or address of the server */
  @IsString()
  @IsNotEmpty()
  @MaxLength(253)
  @Matches(/^[\p{L}\p{N}._:-]+$|^\[[0-9a-fA-F:.]+\]$/u, { message: 'must be a host name or an IP address' })
  host!: string;

  @IsInt()
  @Min(1)
  @Max(65535)
  port!: number;

  /** `tls` from the first byte, `starttls` required, `none` */
  @IsIn(['tls', 'starttls', 'none'])
  security!: Security;
}

/** What can be set besides address, login, password and servers; each has its default. */
export class SettingsBody {
  /** for people */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(ONE_LINE, oneLine)
  name?: string;

  /** it sends only: received mail is neither fetched nor shown */
  @IsOptional()
  @IsBoolean()
  sendOnly?: boolean;

  @IsOptional()
  @IsBoolean()
  createContacts?: boolean;

  /** `people`: not from automatic, bulk or no-reply mail */
  @IsOptional()
  @IsIn(['people', 'everyone'])
  createContactsFrom?: 'people' | 'everyone';

  @IsOptional()
  @IsBoolean()
  createTasks?: boolean;

  /** deleting a mail in the CRM leaves it on the server */
  @IsOptional()
  @IsBoolean()
  keepServerCopies?: boolean;

  /** YYYY-MM-DD: mail that the server received before this day is not fetched */
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'must be a day, YYYY-MM-DD' })
  @IsISO8601({ strict: true }, { message: 'must be a day that exists' })
  fetchSince?: string | null;

  /** null: by SPECIAL-USE */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @Matches(ONE_LINE, oneLine)
  sentFolder?: string | null;

  /** null: by SPECIAL-USE */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @Matches(ONE_LINE, oneLine)
  draftsFolder?: string | null;

  /** tell the account's users about new mail */
  @IsOptional()
  @IsBoolean()
  notify?: boolean;

  /** HTML above every mail sent from the account */
  @IsOptional()
  @IsString()
  @MaxLength(100_000)
  header?: string | null;

  /** HTML below every mail sent from the account */
  @IsOptional()
  @IsString()
  @MaxLength(100_000)
  signature?: string | null;
}

export class AddAccountBody extends SettingsBody {
  @IsString()
  @MaxLength(254)
  @Matches(ADDRESS, { message: 'must be a mail address' })
  address!: string;

  /** of the mailbox, not of the CRM */
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  @Matches(ONE_LINE, oneLine)
  password!: string;

  /** the address, unless given */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(254)
  @Matches(ONE_LINE, oneLine)
  login?: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => ServerBody)
  incoming?: ServerBody;

  @IsOptional()
  @ValidateNested()
  @Type(() => ServerBody)
  outgoing?: ServerBody;

  /** who may use it; administrators only */
  @IsOptional()
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  users?: string[];
}
