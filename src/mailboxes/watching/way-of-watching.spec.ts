import { wayOfWatching } from './way-of-watching.js';

it.each([
  ['a server with IDLE', true, 0, 'idle'],
  ['one change that IDLE did not report', true, 1, 'idle'],
  ['two such changes in a row', true, 2, 'poll'],
  ['a server without IDLE', false, 0, 'poll'],
] as const)('%s is watched by the way of its answers', (_, idle, missed, way) => {
  expect(wayOfWatching({ idle }, missed).way).toBe(way);
});
