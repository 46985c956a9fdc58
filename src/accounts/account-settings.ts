import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { cleanHtml } from '../mail/reading/clean-html.js';
import { MayBeLeftOut, OneLine } from '../platform/http/input.js';
import type { MailProvider, Security, Server } from './account.events.js';

/** RFC 5321 §4.1.2 as people write it; domains also in their own script. */
export const ADDRESS =
  /^[^\s@"(),:;<>[\\\]\p{Cc}]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

const DAY_CHARACTERS = 10;
const today = (): string => new Date().toISOString().slice(0, DAY_CHARACTERS);

/** A day (UTC) that has begun: no server has received mail on a later one. */
const NotInTheFuture = (): PropertyDecorator =>
  ValidateBy({
    name: 'notInTheFuture',
    validator: {
      validate: (day: unknown) => typeof day === 'string' && day <= today(),
      defaultMessage: () => 'must not be in the future',
    },
  });

const HTML_CHARACTERS = 100_000;

/** Cleaned on the way in: nothing that runs ever leaves in a mail. What is too long is left as it is, and refused for that. */
export const CleanHtml = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && value.length <= HTML_CHARACTERS ? cleanHtml(value) : value,
  );

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
  @MayBeLeftOut()
  @IsString()
  @MaxLength(200)
  @OneLine()
  name?: string;

  /** it sends only: received mail is neither fetched nor shown */
  @MayBeLeftOut()
  @IsBoolean()
  sendOnly?: boolean;

  @MayBeLeftOut()
  @IsBoolean()
  createContacts?: boolean;

  /** `people`: not from automatic, bulk or no-reply mail */
  @MayBeLeftOut()
  @IsIn(['people', 'everyone'])
  createContactsFrom?: 'people' | 'everyone';

  @MayBeLeftOut()
  @IsBoolean()
  createTasks?: boolean;

  /** deleting a mail in the CRM leaves it on the server */
  @MayBeLeftOut()
  @IsBoolean()
  keepServerCopies?: boolean;

  /** YYYY-MM-DD: mail that the server received before this day is not fetched */
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'must be a day, YYYY-MM-DD' })
  @IsISO8601({ strict: true }, { message: 'must be a day that exists' })
  @NotInTheFuture()
  fetchSince?: string | null;

  /** null: by SPECIAL-USE */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @OneLine()
  sentFolder?: string | null;

  /** null: by SPECIAL-USE */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @OneLine()
  draftsFolder?: string | null;

  /** tell the account's users about new mail */
  @MayBeLeftOut()
  @IsBoolean()
  notify?: boolean;

  /** HTML above every mail sent from the account */
  @IsOptional()
  @CleanHtml()
  @IsString()
  @MaxLength(HTML_CHARACTERS)
  header?: string | null;

  /** HTML below every mail sent from the account */
  @IsOptional()
  @CleanHtml()
  @IsString()
  @MaxLength(HTML_CHARACTERS)
  signature?: string | null;
}

export class AddAccountBody extends SettingsBody {
  @IsString()
  @MaxLength(254)
  @Matches(ADDRESS, { message: 'must be a mail address' })
  address!: string;

  /** of the mailbox, not of the CRM; or `signIn` */
  @ValidateIf(({ password, signIn }: AddAccountBody) => password !== undefined || signIn === undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  @OneLine()
  password?: string;

  /** somebody signs in at the page of this provider, instead of a password: the answer says where */
  @MayBeLeftOut()
  @IsIn(['google', 'microsoft'])
  signIn?: MailProvider;

  /** the address, unless given */
  @MayBeLeftOut()
  @IsString()
  @IsNotEmpty()
  @MaxLength(254)
  @OneLine()
  login?: string;

  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => ServerBody)
  incoming?: ServerBody;

  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => ServerBody)
  outgoing?: ServerBody;

  /** who may use it; administrators only */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(1000)
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  users?: string[];
}
