import { applyDecorators, ValidationPipe } from '@nestjs/common';
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
import { BadInput, type FieldError } from './problems.js';

const flatten = (errors: ValidationError[], path = ''): FieldError[] =>
  errors.flatMap((error) => {
    const field = path === '' ? error.property : `${path}.${error.property}`;
    const own = Object.entries(error.constraints ?? {}).map(([kind, message]) => ({
      field,
      message: kind === 'whitelistValidation' ? 'is unknown: leave it out' : message,
    }));
    return [...own, ...flatten(error.children ?? [], field)];
  });

/** Validates bodies and queries by class-validator. @throws BadInput, also for unknown fields */
export const validation = (): ValidationPipe =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new BadInput(flatten(errors)),
  });

/** Optional field. `IsOptional` would let null pass too, against the type of the field. */
export const MayBeLeftOut = (): PropertyDecorator => ValidateIf((_, value: unknown) => value !== undefined);

/** No control characters, so that no value adds lines to a line-based protocol. */
export const OneLine = (): PropertyDecorator =>
  Matches(/^[^\p{Cc}\u2028\u2029]*$/u, { message: 'must be one line without control characters' });

/** At least one character that is no space. */
export const NotBlank = (): PropertyDecorator => Matches(/\S/u, { message: 'must not be blank' });

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

/**
 * Path of the first string with NUL or a lone surrogate, which PostgreSQL refuses; undefined if there is none.
 */
export function badText(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = badText(key, key) ?? badText(inner, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const DEPTH = 20;

/** True if a value is nested deeper than any valid input. Code after this check may recurse. */
export function tooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH) return true;
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? (Object.values(each) as unknown[]) : [],
    );
  }
  return false;
}
