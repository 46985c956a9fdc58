import { ProjectionsUnderTest } from '../../test/given-projection.js';
import { searchDocument } from './search-document.js';
import { searchQuery, type SearchedFor } from './search-query.js';

const anna = { name: 'Anna Żółć', address: "O'Hara\\@example.com" };
const people = {
  subject: 'Zapytanie o 東京都',
  from: anna,
  to: [{ name: 'Ben', address: 'ben@firm.example' }],
  cc: null,
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
    const document = searchDocument("a'b\\c", people, body);
    const [row] = await under.database.query<{ found: boolean }[]>('select $1::tsvector @@ $2::tsquery as found', [
      document,
      query,
    ]);
    return row!.found;
  };

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

  it('indexes a very long mail as far as there is room', async () => {
    const endless = Array.from({ length: 50_000 }, (_, n) => `${String(n)}${'字'.repeat(30)}${'x'.repeat(60)}`).join(
      ' ',
    );
    expect(await finds({ q: 'anna' }, endless)).toBe(true);
    const wide = Array.from({ length: 20_000 }, (_, n) => `${'𐐨'.repeat(60)}${n}`).join(' ');
    expect(await finds({ q: 'anna' }, wide)).toBe(true);
  });
});
