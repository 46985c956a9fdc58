import type { KnownFolder } from '../folders.fold.js';
import type { SeenFolder } from './folder.decider.js';
import { withRelatives } from './renamed-relatives.js';

const known = (path: string): KnownFolder => ({ id: `id of ${path}`, path, delimiter: '/' }) as KnownFolder;
const seen = (path: string): SeenFolder => ({ path, delimiter: '/' }) as SeenFolder;

it('folders that were renamed with a recognised one are recognised by their paths', () => {
  const vanished = ['a', 'a/b', 'a/b/c', 'a/d', 'e'].map(known);
  const unknown = vanished.filter(({ path }) => path !== 'a/b/c');
  const appeared = ['x', 'x/b', 'x/b/c', 'x/d', 'f'].map(seen);
  const renamed = withRelatives(new Map([['x/b/c', 'id of a/b/c']]), vanished, unknown, appeared);
  expect(Object.fromEntries(renamed)).toEqual({
    x: 'id of a',
    'x/b': 'id of a/b',
    'x/b/c': 'id of a/b/c',
    'x/d': 'id of a/d',
  });
});

it('a folder that moves into another one leaves that one alone', () => {
  const vanished = ['a', 'a/b'].map(known);
  const renamed = withRelatives(
    new Map([['x/a', 'id of a']]),
    vanished,
    [vanished[1]!],
    ['x', 'x/a', 'x/a/b'].map(seen),
  );
  expect(Object.fromEntries(renamed)).toEqual({ 'x/a': 'id of a', 'x/a/b': 'id of a/b' });
});
