import fc from 'fast-check';
import { fold, wordsOf } from './search-words.js';

const words = (text: string): string[] => [...wordsOf(text)];

describe('words', () => {
  it.each([
    ['Zażółć GĘŚLĄ jaźń', 'zazolc gesla jazn'],
    ['Straße Øre Æsir œuvre İstanbul ılık', 'strasse ore aesir oeuvre istanbul ilik'],
    ['ＷＩＤＥ ﬁne ½', 'wide fine 1⁄2'],
    ['Ὀδυσσεύς', 'οδυσσευσ'],
    ['йод', 'иод'],
    ['שָׁלוֹם', 'שלום'],
    ['한국어', '한국어'],
    ['हिन्दी', 'हिन्दी'],
  ])('%s is found as %s', (text, folded) => expect(fold(text)).toBe(folded));

  it('are runs of letters and digits', () => {
    expect(words("Don't e-mail <anna.b@example.com>: 1,50 €")).toEqual([
      'don',
      't',
      'e',
      'mail',
      'anna',
      'b',
      'example',
      'com',
      '1',
      '50',
    ]);
    expect(words(' ?!\0\ud800 😀')).toEqual([]);
  });

  it('are the same whether or not the rest of the text is ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
        expect(words(`${text} ж`)).toEqual([...words(text), 'ж']);
      }),
    );
  });

  it('are pairs of characters in scripts without spaces', () => {
    expect(words('東京都')).toEqual(['東京', '京都', '都']);
    expect(words('请联系Anna谢谢')).toEqual(['请联', '联系', '系', 'anna', '谢谢', '谢']);
    expect(words('スーパー')).toEqual(['スー', 'ーパ', 'パー', 'ー']);
    expect(words('𠮷野家')).toEqual(['𠮷野', '野家', '家']);
  });

  it('are cut after 64 characters, never within a character', () => {
    expect(words('x'.repeat(1000))).toEqual(['x'.repeat(64)]);
    expect(words('𝒳'.normalize('NFC') + '𐍈'.repeat(100))[0]).toMatch(/^\P{Cs}+$/u);
  });
});
