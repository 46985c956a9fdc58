import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBase64,
  IsBoolean,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  IsTimeZone,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { MayBeLeftOut, OneLine } from '../platform/http/input.js';

/** Recipients of one message over all fields. Providers take 100 to 500. */
export const MOST_RECIPIENTS = 500;
const TEXT_CHARACTERS = 2_000_000;
/** Base64 of 4 MB; larger files are uploaded. */
const INLINE_CHARACTERS = 6_000_000;

export class RecipientBody {
  /** Name of the recipient, as mail programs show it. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @OneLine()
  name?: string | null;

  /** Mail address of the recipient. */
  @IsString()
  @MaxLength(320)
  address!: string;
}

/** One of three: an uploaded file, an attachment of a message here, or the file itself. */
export class AttachmentBody {
  /** Id of an upload. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(64)
  uploadId?: string;

  /** Id of a message here that has the attachment; `index` names it. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(64)
  fromMessage?: string;

  /** Number of the attachment in the message `fromMessage`. */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  index?: number;

  /** Name of the file in `content`. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(255)
  @OneLine()
  filename?: string;

  /** Media type of the file in `content`, such as `application/pdf`. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(200)
  @Matches(/^[\w.+-]+\/[\w.+-]+$/, { message: 'must be a media type' })
  contentType?: string;

  /** The file, as Base64, at most 4 MB. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(INLINE_CHARACTERS)
  @IsBase64()
  content?: string;

  /** Content-ID without angle brackets: `html` shows the image as `cid:<this>`. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(200)
  @Matches(/^[\w.!#$%&'*+/=?^`{|}~@-]+$/, { message: 'must be a Content-ID without angle brackets' })
  cid?: string;
}

export class RecipientsBody {
  /** Recipients of the header To. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(MOST_RECIPIENTS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => RecipientBody)
  to?: RecipientBody[];

  /** Recipients of the header Cc. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(MOST_RECIPIENTS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => RecipientBody)
  cc?: RecipientBody[];

  /** Recipients that no other recipient sees. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(MOST_RECIPIENTS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => RecipientBody)
  bcc?: RecipientBody[];
}

/** Content of an outgoing message. A draft may leave out everything. */
export class OutgoingBody extends RecipientsBody {
  /** Subject. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(998)
  @OneLine()
  subject?: string;

  /** HTML of the message, without header, signature and quotation, which the service adds. */
  @IsOptional()
  @IsString()
  @MaxLength(TEXT_CHARACTERS)
  html?: string | null;

  /** Plain text of the message; made from `html` if it is left out. */
  @IsOptional()
  @IsString()
  @MaxLength(TEXT_CHARACTERS)
  text?: string | null;

  /** Attachments and images within the HTML. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => AttachmentBody)
  attachments?: AttachmentBody[];

  /** Id of the message here that this one answers. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  inReplyTo?: string | null;

  /** Id of the message here that this one forwards, with its attachments. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  forwardOf?: string | null;

  /** Numbers (`index`) of attachments of the forwarded message that stay behind. Default: none. */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(500)
  @IsInt({ each: true })
  @Min(0, { each: true })
  forwardWithout?: number[];

  /** True to quote the message that this one answers. Default false. */
  @MayBeLeftOut()
  @IsBoolean()
  quote?: boolean;
}

/** A message to send, with its time and the conditions of its sending. */
export class TimedBody extends OutgoingBody {
  /** Language (BCP 47) of the line above a quotation: `de`, `en` or `pl`. Default: a line without words. */
  @MayBeLeftOut()
  @Matches(/^[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}$/i, { message: 'must be a language, such as pl' })
  language?: string;

  /** Time zone (IANA) of the date above a quotation. Default UTC. */
  @MayBeLeftOut()
  @IsTimeZone({ message: 'must be a time zone, such as Europe/Warsaw' })
  timeZone?: string;

  /** ISO 8601: time at which the message leaves. Default: at once, after the time to undo. */
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(/(Z|[+-]\d{2}:?\d{2})$/, { message: 'must be a time with its offset from UTC' })
  sendAt?: string | null;

  /** Seconds in which the message can still be cancelled, 0 to 60. Default: the setting of the account. */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(60)
  undoSeconds?: number;

  /** True to cancel the message when an answer arrives in its conversation before it leaves. Default false. */
  @MayBeLeftOut()
  @IsBoolean()
  cancelOnReply?: boolean;

  /**
   * Position (`X-Position`) up to which the caller has seen the conversation: if a message has come since, nothing is
   * sent (409 `thread-moved`).
   */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  ifNothingNewSince?: string | null;
}

/** A message to send. */
export class SendBody extends TimedBody {
  /** Id of the draft that ends with this message. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  draftId?: string | null;
}
