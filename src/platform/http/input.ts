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
      message: kind === 'whitelistValidation' ? 'is not known here' : message,
    }));
    return [...own, ...flatten(error.children ?? [], field)];
  });

/** Bodies and queries by class-validator; unknown fields are refused. */
export const validation = (): ValidationPipe =>
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new BadInput(flatten(errors)),
  });

/** A field that may be missing. With IsOptional it might also be null, whatever its type says. */
export const MayBeLeftOut = (): PropertyDecorator => ValidateIf((_, value: unknown) => value !== undefined);

/** No control characters, so that nothing can be smuggled into a line of a protocol. */
export const OneLine = (): PropertyDecorator =>
  Matches(/^[^\p{Cc}\u2028\u2029]*$/u, { message: 'must be one line without control characters' });

/** Something to be read in it. */
export const NotBlank = (): PropertyDecorator => Matches(/\S/u, { message: 'must not be blank' });

/** `true` and `false` as query text. */
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
 * NUL and lone surrogates have no place in any text, and no database takes them.
 * Answers the path of the first such string, or undefined.
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

/** Whether it is nested deeper than anything that the interface takes. What walks a value after this may recurse. */
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
