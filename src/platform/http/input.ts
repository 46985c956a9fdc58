import { applyDecorators, type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import {
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  type ValidationError,
} from 'class-validator';
import { shortened } from './input-bounds.js';
import { BadInput, type FieldError } from './problems.js';

const MOST_ERRORS = 20;

/** One error for each wrong field. Decorators count from the last to the first, so the first one is the plainest. */
const flatten = (errors: ValidationError[], path = ''): FieldError[] =>
  errors.flatMap(({ property, value, constraints = {}, children = [] }) => {
    const field = shortened(path === '' ? property : `${path}.${property}`);
    const [kind, message] = Object.entries(constraints).at(-1) ?? [];
    if (kind === undefined) return flatten(children, field);
    if (kind === 'whitelistValidation') return [{ field, message: 'is unknown: leave it out' }];
    if (value === undefined) return [{ field, message: 'is missing' }];
    return [{ field, message: message!.replace(`${property} `, '') }];
  });

/** A search is empty every day; an empty value of any other parameter is an oversight of the caller. */
const MAY_BE_EMPTY = 'q';

/** Validates bodies and queries by class-validator. @throws BadInput, also for unknown fields and empty parameters */
class Validation extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const empty =
      metadata.type === 'query'
        ? Object.entries(value as object).filter(([name, each]) => each === '' && name !== MAY_BE_EMPTY)
        : [];
    if (empty.length > 0)
      throw new BadInput(
        empty.map(([name]) => ({ field: shortened(name), message: 'is empty: give a value, or leave it out' })),
      );
    return (await super.transform(value, metadata)) as unknown;
  }
}

export const validation = (): ValidationPipe =>
  new Validation({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: false, value: true },
    exceptionFactory: (errors) => new BadInput(flatten(errors).slice(0, MOST_ERRORS)),
  });

/** Optional field. `IsOptional` would let null pass too, against the type of the field. */
export const MayBeLeftOut = (): PropertyDecorator => ValidateIf((_, value: unknown) => value !== undefined);

/** No control characters, so that no value adds lines to a line-based protocol. */
export const OneLine = (): PropertyDecorator =>
  Matches(/^[^\p{Cc}\u2028\u2029]*$/u, { message: 'must be one line without control characters' });

/** At least one character that is no space. */
export const NotBlank = (): PropertyDecorator => Matches(/\S/u, { message: 'must not be blank' });

/** Brings texts into their one spelling before they are validated; texts over 320 characters stay as they are. */
export const Tidied = (tidy: (written: string) => string): PropertyDecorator => {
  const one = (value: unknown): unknown => (typeof value === 'string' && value.length <= 320 ? tidy(value) : value);
  return Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(one) : one(value)));
};

/** Boolean of a query: `true` or `false`. */
export const QueryBoolean = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
  );

/** `?limit=&cursor=` of every list. */
export class PageQuery {
  /** Maximum number of items on a page, 1 to 200. Default 50. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  /** The cursor `next` of the previous page; absent for the first page. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}
