import type { Slice } from '../platform/slice.js';
import { ErasePersonHandler } from './erase-person.js';
import { OwnPeople } from './own-people.js';
import { PassedFollowers } from './passed-followers.js';
import { People } from './person.js';
import { RequestErasureEndpoint, RequestErasureHandler } from './request-erasure.js';
import { TracesOfPeople } from './traces.js';

export const erasureCommands: Slice = {
  endpoints: [RequestErasureEndpoint],
  handlers: [RequestErasureHandler, ErasePersonHandler],
  services: [OwnPeople, PassedFollowers, People, TracesOfPeople],
};
