import { doubtsAbout } from './checks.js';

const about = (html: string, files = 0, subject = 'Offer'): string[] => doubtsAbout({ subject, html }, files);

describe('a message without a file', () => {
  it.each([
    '<div>See the attached offer.</div>',
    '<div>W <b>załączniku</b> przesyłam ofertę.</div>',
    '<div>Przesyłam w załączeniu umowę</div>',
    '<div>Załączam fakturę.</div>',
    '<div>Anbei das Angebot</div>',
  ])('is doubted: %s', (html) => {
    expect(about(html)).toEqual(['no-file']);
    expect(about(html, 1)).toEqual([]);
  });

  it.each([
    '<div>Dziękuję za ofertę.</div>',
    '<div>Are you detached?</div>',
    '<div>Thanks</div><blockquote>see the attachment</blockquote>',
  ])('is fine: %s', (html) => {
    expect(about(html)).toEqual([]);
  });
});

it('a message without a subject is doubted', () => {
  expect(about('<div>Hello</div>', 0, ' ')).toEqual(['no-subject']);
});
