import { earlierSpellings, hasOtherSpellings, normalAddress, normalDomain, tidyAddress } from './normal-address.js';

it('gives one spelling to all spellings of a domain', () => {
  for (const written of ['żółw.pl', 'ŻÓŁW.PL', 'xn--w-uga1v8h.pl', 'XN--W-UGA1V8H.pl.', 'z\u0307ółw.pl', 'żółw。pl'])
    expect(normalDomain(written)).toBe('xn--w-uga1v8h.pl');
  expect(['Firma.PL.', ' firma.pl', 'firma.pl'].map(normalDomain)).toEqual(['firma.pl', 'firma.pl', 'firma.pl']);
  expect(normalDomain('straße.de')).toBe('xn--strae-oqa.de');
});

it('leaves a text that is no host name as it is, in lower case', () => {
  expect(['[192.0.2.1]', '0x7f.1', 'a%62c.pl', 'LocalHost', 'xn--', ''].map(normalDomain)).toEqual([
    '[192.0.2.1]',
    '0x7f.1',
    'a%62c.pl',
    'localhost',
    'xn--',
    '',
  ]);
});

it('gives one spelling to all spellings of an address', () => {
  for (const written of ['Jan.K@Żółw.PL', '"jan.k"@xn--w-uga1v8h.pl', ' jan.k@żółw.pl. '])
    expect(normalAddress(written)).toBe('jan.k@xn--w-uga1v8h.pl');
  expect(tidyAddress('Jan.K@Żółw.PL')).toBe('Jan.K@xn--w-uga1v8h.pl');
  expect(['"jan k"@x.pl', '"a\\"b"@x.pl', '"@"@x.pl', 'root'].map(normalAddress)).toEqual([
    '"jan k"@x.pl',
    '"a\\"b"@x.pl',
    '"@"@x.pl',
    'root',
  ]);
});

it('names the spellings of earlier releases, for addresses that have any', () => {
  expect(earlierSpellings('jan@żółw.pl')).toEqual(
    expect.arrayContaining(['jan@żółw.pl', 'jan@żółw.pl.', '"jan"@xn--w-uga1v8h.pl', 'jan@xn--w-uga1v8h.pl.']),
  );
  expect(earlierSpellings('jan@firma.pl')).not.toContain('jan@firma.pl');
  expect(['Jan@firma.pl', 'jan@firma.pl.', 'jan@xn--w-uga1v8h.pl', '"jan"@firma.pl'].map(hasOtherSpellings)).toEqual([
    false,
    true,
    true,
    true,
  ]);
});
