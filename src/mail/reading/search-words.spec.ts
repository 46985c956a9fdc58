import fc from 'fast-check';
import { fold, numbersOfFolded, wordsOf } from './search-words.js';

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

describe('numbers in groups', () => {
  const numbers = (text: string): string[] => [...numbersOfFolded(fold(text))];

  it.each([
    ['call +48 600 700-800 now', '48600700800 600700800 700800'],
    ['(022) 123.45.67', '0221234567 1234567 4567'],
    ['1\u00a0234,56 €', '123456 23456'],
    ['IBAN PL61 1090 1014', 'pl6110901014 10901014'],
    ['on 1. and 2', ''],
    ['abcd12 34', ''],
    ['6007008', ''],
  ])('%s holds %s', (text, found) => expect(numbers(text).join(' ')).toBe(found));

  it('are found in linear time', () => {
    const hostile = (count: number): string[] =>
      ['1', '1 ', 'a1', '1'.repeat(34) + ' ', ' (', 'pl61-'].map((piece) => piece.repeat(count));
    let words: string[] = [];
    const processorTime = (count: number): number => {
      const texts = hostile(count);
      const before = process.threadCpuUsage();
      words = texts.flatMap(numbers);
      const { user, system } = process.threadCpuUsage(before);
      return user + system;
    };
    processorTime(25_000);
    expect(processorTime(200_000) / processorTime(50_000)).toBeLessThan(10);
    expect(words.reduce((most, { length }) => Math.max(most, length), 0)).toBe(34);
  });
});
