import { endsRecipient, faultOf, lineOf, peopleIn, withoutRepeated } from './recipients.js';

const shown = (text: string): string[] => peopleIn(text).map(({ name, address }) => `${name}|${address}`);

describe('recipients', () => {
  it.each([
    ['ben@example.com', ['|ben@example.com']],
    ['Anna Nowak <anna@example.com>, ben@example.com', ['Anna Nowak|anna@example.com', '|ben@example.com']],
    [
      '"Nowak, Anna" <anna@example.com>; Ben <ben@example.com>;',
      ['Nowak, Anna|anna@example.com', 'Ben|ben@example.com'],
    ],
    [
      'Nowak, Anna <anna@example.com>, Lis, Olga <olga@example.com>',
      ['Nowak, Anna|anna@example.com', 'Lis, Olga|olga@example.com'],
    ],
    [
      'a@example.com\nb@example.com\r\nc@example.com\td@example.com',
      ['|a@example.com', '|b@example.com', '|c@example.com', '|d@example.com'],
    ],
    ['a@example.com b@example.com', ['|a@example.com', '|b@example.com']],
    ['mailto:ben@example.com', ['|ben@example.com']],
    ['Zażółć Gęślą <zażółć@przykład.pl>', ['Zażółć Gęślą|zażółć@przykład.pl']],
    ['ben', ['|ben']],
    ['  ', []],
  ])('of %j are found', (text, people) => {
    expect(shown(text)).toEqual(people);
  });

  it('survive as a line', () => {
    for (const person of [
      { name: '', address: 'a@example.com' },
      { name: 'Anna', address: 'a@example.com' },
      { name: 'Nowak, "Ania" \\ Anna', address: 'a@example.com' },
    ])
      expect(peopleIn(lineOf(person))).toEqual([person]);
  });

  it.each([
    ['ben@example.com', undefined],
    ['ben+tag@mail.example.co.uk', undefined],
    ['zażółć@przykład.pl', undefined],
    ['"ben lis"@example.com', undefined],
    ['ben', 'no-at'],
    ['@example.com', 'nothing-before'],
    ['ben@', 'no-domain'],
    ['ben@gmail', 'no-domain'],
    ['ben@exa mple.com', 'no-domain'],
    ['ben@example..com', 'no-domain'],
    ['b..n@example.com', 'not-allowed'],
    ['ben lis@example.com', 'not-allowed'],
  ])('%s has the fault %s', (address, fault) => {
    expect(faultOf(address)).toBe(fault);
  });

  it('end with a separator behind an address', () => {
    expect(endsRecipient('ben@example.com,')).toBe(true);
    expect(endsRecipient('Nowak,')).toBe(false);
  });

  it('appear once', () => {
    expect(
      withoutRepeated([
        { name: 'A', address: 'a@b.pl' },
        { name: '', address: 'A@B.pl' },
      ]),
    ).toHaveLength(1);
  });
});
