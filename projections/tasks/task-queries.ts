import type { Slice } from '../../src/platform/slice.js';
import { ListTasksEndpoint, ListTasksHandler } from './list-tasks.js';
import { ShowTaskEndpoint, ShowTaskHandler } from './show-task.js';

export const taskQueries: Slice = {
  endpoints: [ListTasksEndpoint, ShowTaskEndpoint],
  handlers: [ListTasksHandler, ShowTaskHandler],
};
