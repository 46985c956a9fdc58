import { Transform } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../../src/platform/http/input.js';

/** `?q=`, `?limit=` and `?cursor=` of a list. */
export class SearchParameters extends PageQuery {
  /** Only items with this text in their name, title, address or domain; upper and lower case are equal. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() || undefined : value))
  q?: string;
}
