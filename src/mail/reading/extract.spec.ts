import { wantedBy } from '../../../projections/mail-search/search-needles.js';
import { extractOf, type Piece } from './extract.js';

/** Hits in square brackets. */
const marked = (pieces: readonly Piece[]): string => pieces.map(({ text, hit }) => (hit ? `[${text}]` : text)).join('');
const extract = (text: string, q: string): string => marked(extractOf(text, wantedBy(q).needles).pieces);

describe('an extract', () => {
  it.each([
    ['a word', 'Where is my order?', 'order', 'Where is my [order]?'],
    ['the beginning of a word', 'Your invoices are paid', 'inv', 'Your [invoices] are paid'],
    ['accents', 'Zażółć gęślą jaźń', 'zazolc', '[Zażółć] gęślą jaźń'],
    ['umlauts spelled out', 'Dear Mr Müller,', 'Mueller', 'Dear Mr [Müller],'],
    ['an umlaut for two letters', 'Dear Mr Mueller,', 'müller', 'Dear Mr [Mueller],'],
    ['ligatures', 'Die Straße', 'strasse', 'Die [Straße]'],
    ['an accent in a character of its own', 'Cafe\u0301 Anna', 'café', '[Cafe\u0301] Anna'],
    ['whole words of a phrase', 'an annual report, annually', '"annual report"', 'an [annual] [report], annually'],
    ['a number with separators', 'Call +48 600 700-800 now', '600700800', 'Call +[48 600 700-800] now'],
    ['a number without separators', 'Call 600700800 now', '600 700 800', 'Call [600700800] now'],
    ['a script without spaces', '請求書を送付いたします', '送付', '請求書を[送付]いたします'],
    ['markup as it stands', 'a <b>order</b> &amp;', 'order', 'a <b>[order]</b> &amp;'],
    ['several words', 'order one, invoice two', 'invoice order', '[order] one, [invoice] two'],
  ])('marks %s', (_, text, q, expected) => {
    expect(extract(text, q)).toBe(expected);
  });

  it('is empty for a text without the words', () => {
    expect(extractOf('Nothing here', wantedBy('order').needles)).toEqual({ pieces: [], found: [] });
    expect(extractOf('', wantedBy('order').needles)).toEqual({ pieces: [], found: [] });
  });

  it('shows the stretch with the most words, cut between words', () => {
    const filler = 'lorem ipsum dolor sit amet '.repeat(20);
    const text = `order ${filler}the order of the invoice is late ${filler}invoice`;
    const { pieces, found } = extractOf(text, wantedBy('order invoice').needles);
    expect(marked(pieces)).toMatch(/^… (?:\w+ )+the \[order\] of the \[invoice\] is late (?:\w+ )+…$/);
    expect(new Set(found)).toEqual(new Set([0, 1]));
    expect(pieces.map((piece) => piece.text).join('').length).toBeLessThanOrEqual(165);
  });

  it('never cuts a character in two', () => {
    const text = `${'😀'.repeat(100)} order ${'😀'.repeat(200)}`;
    for (const { text: piece } of extractOf(text, wantedBy('order').needles).pieces)
      expect(piece.isWellFormed()).toBe(true);
  });

  it('of a hostile text takes linear time', () => {
    const needles = wantedBy('order 600700800 送付').needles;
    for (const text of ['order '.repeat(200_000), '6 '.repeat(500_000), '送'.repeat(1_000_000), 'a'.repeat(1_000_000)])
      expect(extractOf(text, needles).pieces.length).toBeLessThan(500);
  });
});
