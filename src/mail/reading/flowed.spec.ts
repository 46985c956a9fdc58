import { unflowed } from './flowed.js';

it.each([
  ['joins the lines of a paragraph', 'one \ntwo \nthree\nfour', false, 'one two three\nfour'],
  ['keeps quotations apart by their depth', '> a \n> b\n>> c \n>> d\ne', false, '> a b\n> > c d\ne'],
  ['reads quotation marks with spaces', '> > c \n> > d', false, '> > c d'],
  ['takes away stuffed spaces', ' > no quotation\n From here', false, '> no quotation\nFrom here'],
  ['leaves the line of a signature alone', 'bye \n-- \nAnna', false, 'bye \n-- \nAnna'],
  ['takes the space away with DelSp', 'Donaudampf \nschiff', true, 'Donaudampfschiff'],
])('%s', (_, text, delSp, expected) => {
  expect(unflowed(text, delSp)).toBe(expected);
});
