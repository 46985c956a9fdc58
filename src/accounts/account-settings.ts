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
import { withoutFinalDot } from '../mail/reading/normal-address.js';
import { cleanHtml } from '../mail/reading/clean-html.js';
import { MayBeLeftOut, NotBlank, OneLine, Tidied } from '../platform/http/input.js';
import type { MailProvider, Security, SendingLimits, Server } from './account.events.js';

/** Mail address, the common part of RFC 5321 §4.1.2; domains may be internationalised (RFC 6531). */
export const ADDRESS =
  /^[^\s@"(),:;<>[\\\]\p{Cc}]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

const DAY_CHARACTERS = 10;
const today = (): string => new Date().toISOString().slice(0, DAY_CHARACTERS);

/** A day (UTC) up to today. */
const NotInTheFuture = (): PropertyDecorator =>
  ValidateBy({
    name: 'notInTheFuture',
    validator: {
      validate: (day: unknown) => typeof day === 'string' && day <= today(),
      defaultMessage: () => 'must not be in the future',
    },
  });

const HTML_CHARACTERS = 100_000;

/** Removes active content before the value is stored. Longer HTML stays unchanged: `MaxLength` refuses it. */
export const CleanHtml = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && value.length <= HTML_CHARACTERS ? cleanHtml(value) : value,
  );

export class ServerBody implements Server {
  /** Host name or IP address of the server. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(253)
  @Matches(/^[\p{L}\p{N}._:-]+$|^\[[0-9a-fA-F:.]+\]$/u, { message: 'must be a host name or an IP address' })
  host!: string;

  /** TCP port of the server. */
  @IsInt()
  @Min(1)
  @Max(65535)
  port!: number;

  /** Encryption: `tls` from the first byte, `starttls` required after connecting, or `none`. */
  @IsIn(['tls', 'starttls', 'none'])
  security!: Security;
}

const MOST_PER_DAY = 1_000_000;

export class LimitsBody {
  /** Most messages per minute. Default null: the preset of the provider. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_PER_DAY)
  perMinute?: number | null;

  /** Most messages per hour. Default null: the preset of the provider. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_PER_DAY)
  perHour?: number | null;

  /** Most messages per day. Default null: the preset of the provider. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_PER_DAY)
  perDay?: number | null;
}

export const toLimits = ({ perMinute = null, perHour = null, perDay = null }: LimitsBody): SendingLimits => ({
  perMinute,
  perHour,
  perDay,
});

/** All settings except address, login, password and servers; each has a default. */
export class SettingsBody {
  /** Display name of the account; initially its address. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(200)
  @OneLine()
  name?: string;

  /** True for an account that only sends: received mail is neither fetched nor shown. Initially false. */
  @MayBeLeftOut()
  @IsBoolean()
  sendOnly?: boolean;

  /** True to make a contact of each new sender. Initially false. */
  @MayBeLeftOut()
  @IsBoolean()
  createContacts?: boolean;

  /** Senders that become contacts: `people` leaves out automatic, bulk and no-reply mail. Initially `people`. */
  @MayBeLeftOut()
  @IsIn(['people', 'everyone'])
  createContactsFrom?: 'people' | 'everyone';

  /** True to make a task of each received message. Initially false. */
  @MayBeLeftOut()
  @IsBoolean()
  createTasks?: boolean;

  /** True to keep a message on the server when it is deleted in the CRM. Initially true. */
  @MayBeLeftOut()
  @IsBoolean()
  keepServerCopies?: boolean;

  /** Day, YYYY-MM-DD: messages that the server received earlier are not fetched. Initially null: everything. */
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'must be a day, YYYY-MM-DD' })
  @IsISO8601({ strict: true }, { message: 'must be a day that exists' })
  @NotInTheFuture()
  fetchSince?: string | null;

  /** IMAP folder for copies of sent mail. Initially null: the folder with SPECIAL-USE `\Sent` (RFC 6154). */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @OneLine()
  sentFolder?: string | null;

  /** IMAP folder for copies of drafts. Initially null: the folder with SPECIAL-USE `\Drafts` (RFC 6154). */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @OneLine()
  draftsFolder?: string | null;

  /** True to notify the account’s users about new mail. Initially true. */
  @MayBeLeftOut()
  @IsBoolean()
  notify?: boolean;

  /** HTML above every message sent from the account; scripts are removed. Initially null: none. */
  @IsOptional()
  @CleanHtml()
  @IsString()
  @MaxLength(HTML_CHARACTERS)
  header?: string | null;

  /** HTML below every message sent from the account; scripts are removed. Initially null: none. */
  @IsOptional()
  @CleanHtml()
  @IsString()
  @MaxLength(HTML_CHARACTERS)
  signature?: string | null;

  /** Name beside the address in `From` of every message sent from the account. Initially null: the address alone. */
  @IsOptional()
  @IsString()
  @NotBlank()
  @MaxLength(200)
  @OneLine()
  senderName?: string | null;

  /** Seconds in which a send can be undone, 0 to 60. Initially 10. */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(60)
  undoSeconds?: number;

  /** Most messages that the account sends, as a whole. Initially the presets of the provider. */
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => LimitsBody)
  limits?: LimitsBody;
}

export class AddAccountBody extends SettingsBody {
  /** Mail address of the account; unique among all accounts. */
  @Tidied(withoutFinalDot)
  @IsString()
  @MaxLength(254)
  @Matches(ADDRESS, { message: 'must be a mail address' })
  address!: string;

  /** Password of the mailbox, not of the CRM user. Required unless `signIn` is given. */
  @ValidateIf(({ password, signIn }: AddAccountBody) => password !== undefined || signIn === undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  @OneLine()
  password?: string;

  /** Provider of the mailbox for a sign-in at its page, instead of a password; `signInUrl` of the answer begins it. */
  @MayBeLeftOut()
  @IsIn(['google', 'microsoft'])
  signIn?: MailProvider;

  /** Login name at both servers; default: the address, or the login that detection finds. */
  @MayBeLeftOut()
  @IsString()
  @IsNotEmpty()
  @MaxLength(254)
  @OneLine()
  login?: string;

  /** IMAP server; default: the server that detection finds for the address. */
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => ServerBody)
  incoming?: ServerBody;

  /** SMTP server; default: the server that detection finds for the address. */
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => ServerBody)
  outgoing?: ServerBody;

  /** Ids of the users that may use the account; for administrators only. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(1000)
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  users?: string[];
}
