import { filenameIn } from './content-disposition.js';

it.each([
  ['attachment; filename="a.pdf"', 'a.pdf'],
  ['attachment; filename=a.pdf', 'a.pdf'],
  ['attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'],
  ['attachment; filename="a.pdf"; filename*=UTF-8\'\'%C5%BC.pdf', 'ż.pdf'],
  ["attachment; filename*=ISO-8859-1'en'%FC.pdf", 'ü.pdf'],
  ['attachment; filename*=UTF-8\'\'%FF.pdf; filename="b.pdf"', 'b.pdf'],
  [`attachment; filename="${Buffer.from('ż.pdf').toString('latin1')}"`, 'ż.pdf'],
  ['attachment', null],
  ['', null],
])('%s names %j', (field, name) => expect(filenameIn(field)).toBe(name));
