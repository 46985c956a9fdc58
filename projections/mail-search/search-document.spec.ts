import { bodyWords } from '../../src/mail/reading/body-words.js';
import fc from 'fast-check';
import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { searchDocument } from './search-document.js';
import { searchQuery, type SearchedFor } from './search-query.js';

const anna = { name: 'Anna Żółć', address: "O'Hara\\@example.com" };
const people = {
  subject: 'Zapytanie o 東京都',
  from: anna,
  to: [{ name: 'Ben', address: 'ben@firm.example' }],
  cc: [{ name: 'Cleo', address: '' }],
  replyTo: null,
  attachments: [
    {
      index: 0,
      filename: 'Umowa_najmu-Gdańsk.pdf',
      contentType: 'application/pdf',
      size: 1,
      inline: false,
      contentId: null,
    },
  ],
};

describe('a search', () => {
  let under: ProjectionsUnderTest;
  beforeAll(async () => (under = await ProjectionsUnderTest.open()));
  afterAll(() => under.close());

  const finds = async (
    wanted: Omit<SearchedFor, 'accounts'> & { accounts?: readonly string[] },
    body = '',
  ): Promise<boolean> => {
    const query = searchQuery({ accounts: 'all', ...wanted });
    if (query === undefined) return false;
    const document = searchDocument("a'b\\c", people, bodyWords(body));
    const [row] = await under.database.query<{ found: boolean }[]>('select $1::tsvector @@ $2::tsquery as found', [
      document,
      query,
    ]);
    return row!.found;
  };

  const many = (count: number, word: (n: number) => string): string =>
    Array.from({ length: count }, (_, n) => word(n)).join(' ');

  it('finds subject, people and body by the beginnings of all searched words', async () => {
    for (const q of [
      'zapyt',
      'ZAPYTANIE',
      'zolc',
      'żółć anna',
      'ben firm',
      'ben@firm.example',
      'late',
      '東京',
      '京都',
      '都',
      '京',
    ])
      expect([q, await finds({ q }, 'Far too late')]).toEqual([q, true]);
    for (const q of ['apytanie', 'anna nobody', 'later', '東都', '!?'])
      expect([q, await finds({ q }, 'Far too late')]).toEqual([q, false]);
  });

  it('finds a file by its name', async () => {
    for (const q of ['umowa', 'gdansk.pdf', 'Umowa_najmu-Gdańsk.pdf'])
      expect([q, await finds({ q })]).toEqual([q, true]);
    expect(await finds({ q: 'umowa.doc' })).toBe(false);
  });

  it.each([
    ['Müller', ['müller', 'Mu\u0308ller', 'muller', 'MUELLER', 'müll', 'mul'], ['mull er', 'miller']],
    ['Mueller', ['müller', 'mueller', 'MÜLL'], ['muller']],
    ['Łódź, Straße', ['lodz', 'ŁÓDŹ', 'lódz strasse'], ['lodzi']],
    ['trust', ['tru'], ['true']],
  ])('finds %s, however its letters are written', async (body, found, missed) => {
    for (const q of found) expect([q, await finds({ q }, body)]).toEqual([q, true]);
    for (const q of missed) expect([q, await finds({ q }, body)]).toEqual([q, false]);
  });

  it.each([
    [
      'Tel. +48 600 700-800',
      ['600700800', '600 700 800', '+48600700800', '48 600 700800', '600-700', '600700'],
      '600701',
    ],
    ['Tel. 600700800', ['600700800', '600 700 800', '(600) 700-800', '600.7'], '700800'],
    ['PL61 1090 1014 0000', ['PL61109010140000', 'pl61 1090 1014', '1090 10140000'], 'PL611091'],
    ['1 234,56 zł', ['1234,56', '1 234,56 zl', '1234'], '1235'],
  ])('finds the number %s with and without separators', async (body, found, missed) => {
    for (const q of found) expect([q, await finds({ q }, body)]).toEqual([q, true]);
    expect(await finds({ q: missed }, body)).toBe(false);
  });

  it.each([
    ['"far too late"', true],
    ['„Far TOO late”', true],
    ['"far late"', false],
    ['"far too"', true],
    ['"far to"', false],
    ['"late far"', false],
    ['"too late', true],
    ['"zapytanie o" far', true],
    ['"o 東京"', true],
    ['"京都"', true],
    ['"anna zolc"', true],
    ['"example ben"', false],
    ['"late zapytanie"', false],
    ['"mueller frau"', false],
    ['"frau mueller"', true],
    ['from:anna', true],
    ['FROM:zol', true],
    ['from:ben', false],
    ['from:"anna zolc"', true],
    ['from:"zolc anna"', false],
    ["from:o'hara\\@example.com", true],
    ['from:example', true],
    ['to:ben', true],
    ['to:cleo', true],
    ['to:anna', false],
    ['to:ben@firm.example', true],
    ['to:"ben@firm.example"', true],
    ['to:ben@firm.exampl', false],
    ['subject:zapyt', true],
    ['subject:"zapytanie o"', true],
    ['subject:late', false],
    ['subject:ben', false],
    ['has:attachment', true],
    ['has:attachments late', true],
    ['has:"attachment" later', false],
    ['has:late', false],
    ['xfrom:anna', false],
    ['from: anna', false],
    ['from:"', false],
    ['from:@', false],
    ['"', false],
    ['""', false],
    ["late'):* | !anna <-> & \\", true],
  ])('answers %s', async (q, found) => {
    expect(await finds({ q }, 'Far too late, Frau Müller')).toBe(found);
  });

  it('finds a phrase in a long message by its words if their places are not kept', async () => {
    const long = many(20_000, (n) => `w${n}`);
    expect(await finds({ q: '"w1 w2"' }, long)).toBe(true);
    expect(await finds({ q: '"quince pie"' }, `${long} quince pie`)).toBe(true);
    expect(await finds({ q: '"the pie"' }, `${many(300, () => 'the')} quince pie, the pie`)).toBe(true);
    expect(await finds({ q: '"quince jam"' }, `${long} quince pie`)).toBe(false);
  });

  it('answers any text', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...'ab1 "\'\\:&|!<->()*ü東', 'from:', 'has:', '\0', '\ud800') }),
        async (q) => {
          expect(typeof (await finds({ q, from: q }))).toBe('boolean');
        },
      ),
      { numRuns: 200 },
    ));

  it('counts an image within the text as no attachment', async () => {
    const logo = { ...people.attachments[0]!, contentType: 'image/png', inline: true };
    for (const [attachment, found] of [
      [logo, false],
      [{ ...logo, inline: false }, true],
      [{ ...logo, contentType: 'application/pdf' }, true],
    ] as const) {
      const document = searchDocument('a', { ...people, attachments: [attachment] }, bodyWords(''));
      expect(String(document).includes('has:attachment')).toBe(found);
    }
  });

  it('finds the sender by the whole address, or by words of name or address', async () => {
    for (const from of ["o'hara\\@EXAMPLE.com", 'anna', 'zol', 'example'])
      expect([from, await finds({ from })]).toEqual([from, true]);
    for (const from of ['ben', 'ben@firm.example', "o'hara\\@example.co", '@'])
      expect([from, await finds({ from })]).toEqual([from, false]);
  });

  it('stays within its accounts', async () => {
    expect(await finds({ q: 'anna', accounts: ['other', "a'b\\c"] })).toBe(true);
    expect(await finds({ q: 'anna', accounts: ['other'] })).toBe(false);
  });

  it('finds the last word of a megabyte of different words', async () => {
    expect(await finds({ q: 'quince anna' }, `${many(150_000, (n) => n.toString(36))} quince`)).toBe(true);
  });

  it.each([
    ['words of many bytes', many(20_000, (n) => `${'𐐨'.repeat(60)}${n}`)],
    [
      'words of scripts without spaces',
      many(150_000, (n) => String.fromCodePoint(0x4e00 + (n % 20_000), 0x4e00 + (n % 777))),
    ],
    ['one word only', many(300_000, () => 'same')],
    ['numbers in groups', many(250_000, (n) => String(n * 7919).slice(-4))],
  ])('indexes a megabyte of %s as far as there is room', async (_, body) => {
    expect(await finds({ q: 'anna' }, body)).toBe(true);
    expect(await finds({ q: body.slice(0, 20).split(' ')[0]! }, body)).toBe(true);
  });

  it('indexes a message to thousands of people as far as there is room', async () => {
    const to = Array.from({ length: 10_000 }, (_, n) => ({ name: `Ben ${n}`, address: `ben${n}@firm.example` }));
    const document = searchDocument('a', { ...people, to }, bodyWords(many(150_000, (n) => n.toString(36))));
    const query = searchQuery({ q: 'ben7 3zz', accounts: ['a'] });
    const [row] = await under.database.query<{ found: boolean }[]>('select $1::tsvector @@ $2::tsquery as found', [
      document,
      query,
    ]);
    expect(row!.found).toBe(true);
  });
});
