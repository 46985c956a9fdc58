import { textOfHtml } from './html-text.js';

const words = (html: string, max?: number): string => textOfHtml(html, max).replace(/\s+/g, ' ').trim();

it.each<[string, string, string]>([
  ['paragraphs and lines', '<p>eins<br>zwei</p><p>drei', 'eins zwei drei'],
  ['cells of a table', '<table><tr><td>7</td><td>8</td></tr></table>', '7 8'],
  ['words with an emphasised part', 'Ro<b>l</b>l<SPAN style="a">en</SPAN>', 'Rollen'],
  ['entities by name and number', 'Cze&#347;&cacute; &amp;nbsp; a&nbsp;b &#x1F600;', 'Cześć &nbsp; a b 😀'],
  ['invalid entities as they stand', 'a & b &zero; 1 &lt 2', 'a & b &zero; 1 < 2'],
  ['nothing of comments and declarations', '<!doctype html><!-- a > b --><?php x ?>c', 'c'],
  ['nothing of scripts, styles and titles', '<title>T</title><style>p{a:b}</style><script>"</p>"</script>c', 'c'],
  ['nothing of attributes', '<a href="x>y" title=\'b\'>c</a><img alt="d">', 'c'],
  ['text after a self-closing script', '<svg><script/>c', 'c'],
  ['angle brackets that open no tag', '1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ['nothing of an unclosed tag', 'a<b class="', 'a'],
  ['text of a textarea', '<textarea>a <b></textarea>', 'a <b>'],
])('the text of HTML contains %s', (_, html, text) => {
  expect(words(html)).toBe(text);
});

it('the text of HTML ends soon after the given length', () => {
  const long = '<p>word</p>'.repeat(100_000);
  expect(textOfHtml(long, 100).length).toBeGreaterThanOrEqual(100);
  expect(textOfHtml(long, 100).length).toBeLessThan(5000);
});

it.each([
  ['unclosed tags', '<a>'.repeat(200_000) + 'c' + '</b>'.repeat(200_000)],
  ['brackets', '<'.repeat(500_000) + 'p>c'],
  ['unclosed comments', 'c' + '<!--'.repeat(200_000)],
])('the text of HTML is found quickly among %s', (_, html) => {
  expect(words(html).replaceAll('<', '').trim()).toBe('c');
});
