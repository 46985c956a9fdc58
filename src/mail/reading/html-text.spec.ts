import { textOfHtml } from './html-text.js';

const words = (html: string, max?: number): string => textOfHtml(html, max).replace(/\s+/g, ' ').trim();

it.each<[string, string, string]>([
  ['paragraphs and lines', '<p>eins<br>zwei</p><p>drei', 'eins zwei drei'],
  ['cells of a table', '<table><tr><td>7</td><td>8</td></tr></table>', '7 8'],
  ['words in which a part stands out', 'Ro<b>l</b>l<SPAN style="a">en</SPAN>', 'Rollen'],
  ['entities by name and number', 'Cze&#347;&cacute; &amp;nbsp; a&nbsp;b &#x1F600;', 'Cześć &nbsp; a b 😀'],
  ['what looks like one but is none', 'a & b &zero; 1 &lt 2', 'a & b &zero; 1 < 2'],
  ['nothing of comments and declarations', '<!doctype html><!-- a > b --><?php x ?>c', 'c'],
  ['nothing of scripts, styles and titles', '<title>T</title><style>p{a:b}</style><script>"</p>"</script>c', 'c'],
  ['nothing of attributes', '<a href="x>y" title=\'b\'>c</a><img alt="d">', 'c'],
  ['what follows a script that closes itself', '<svg><script/>c', 'c'],
  ['signs that open no tag', '1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ['nothing of a tag that never ends', 'a<b class="', 'a'],
  ['text of an area', '<textarea>a <b></textarea>', 'a <b>'],
])('takes %s', (_, html, text) => {
  expect(words(html)).toBe(text);
});

it('stops soon after as much as is asked for', () => {
  const long = '<p>word</p>'.repeat(100_000);
  expect(textOfHtml(long, 100).length).toBeGreaterThanOrEqual(100);
  expect(textOfHtml(long, 100).length).toBeLessThan(5000);
});

it.each([
  ['tags that never close', '<a>'.repeat(200_000) + 'c' + '</b>'.repeat(200_000)],
  ['brackets', '<'.repeat(500_000) + 'p>c'],
  ['comments that never end', 'c' + '<!--'.repeat(200_000)],
])('is done at once with %s', (_, html) => {
  expect(words(html).replaceAll('<', '').trim()).toBe('c');
});
