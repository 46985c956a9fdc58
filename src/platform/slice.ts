import type { Type } from '@nestjs/common';

/** What a folder adds to the service. */
export interface Slice {
  /** ways in over HTTP */
  endpoints: Type[];
  /** of commands and queries */
  handlers: Type[];
  /** what these work with */
  services?: Type[];
}
