import type { Slice } from '../platform/slice.js';
import { ErasePersonHandler } from './erase-person.js';
import { OwnPeople } from './own-people.js';
import { People } from './person.js';
import { RequestErasureEndpoint, RequestErasureHandler } from './request-erasure.js';
import { TracesOfPeople } from './traces.js';

export const erasureCommands: Slice = {
  endpoints: [RequestErasureEndpoint],
  handlers: [RequestErasureHandler, ErasePersonHandler],
  services: [OwnPeople, People, TracesOfPeople],
};
