import type { Slice } from '../platform/slice.js';
import { AddTaskEndpoint, AddTaskHandler } from './add-task.js';
import { Assignees } from './assignees.js';
import { ChangeTaskEndpoint, ChangeTaskHandler } from './change-task.js';
import { CreateTaskHandler } from './create-task.js';

export const taskCommands: Slice = {
  endpoints: [AddTaskEndpoint, ChangeTaskEndpoint],
  handlers: [CreateTaskHandler, AddTaskHandler, ChangeTaskHandler],
  services: [Assignees],
};
