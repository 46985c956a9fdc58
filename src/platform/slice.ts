import type { Type } from '@nestjs/common';

/** Classes that a folder adds to the service. */
export interface Slice {
  /** HTTP controllers */
  endpoints: Type[];
  /** handlers of commands and queries */
  handlers: Type[];
  /** dependencies of endpoints and handlers */
  services?: Type[];
}
