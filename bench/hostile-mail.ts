/** Mail that costs a reader without bounds seconds or all of its memory. */
export function hostileMail(): [what: string, raw: Buffer][] {
  const head = (name: string, type = 'text/html; charset=utf-8'): string =>
    `From: x@hostile.example\r\nMessage-ID: <${name}@hostile.example>\r\nSubject: ${name}\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n`;
  const mail = (name: string, body: string, type?: string, more = ''): [string, Buffer] => [
    name,
    Buffer.from(`${head(name, type)}${more}\r\n${body}`),
  ];
  const parts = (count: number, of: (n: number) => string): string =>
    `${Array.from({ length: count }, (_, n) => `--b\r\n${of(n)}\r\n`).join('')}--b--\r\n`;
  const nested = (depth: number): string => {
    let body = 'Content-Type: text/plain\r\n\r\nx';
    for (let n = 0; n < depth; n++)
      body = `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n${body}\r\n--b${n}--`;
    return body;
  };
  const folded = (name: string, value: string, times: number): string =>
    `${name}: ${`${value}\r\n `.repeat(times)}x\r\n`;
  return [
    mail('nested-elements', '<div>'.repeat(200_000)),
    mail('styled-paragraphs', '<p style="color:red;font:12px serif;margin:1px">x</p>'.repeat(40_000)),
    mail('one-element-with-many-attributes', `<p ${Array.from({ length: 100_000 }, (_, n) => `a${n}=1`).join(' ')}>`),
    mail('unclosed-comments', '<!--'.repeat(400_000)),
    mail('entities', '&lt;&#60;&amp;'.repeat(120_000)),
    mail('a-style-sheet', `<style>${'a{b:c}'.repeat(300_000)}</style>x`),
    mail('spaces', ' '.repeat(1_900_000), 'text/plain'),
    mail('one-line', 'x'.repeat(1_900_000), 'text/plain'),
    mail('encoded-spaces', '=20'.repeat(600_000), 'text/plain', 'Content-Transfer-Encoding: quoted-printable\r\n'),
    mail(
      'many-parts',
      parts(60_000, () => '\r\nx'),
      'multipart/mixed; boundary=b',
    ),
    mail(
      'many-attachments',
      parts(15_000, (n) => `Content-Disposition: attachment; filename="${n}.exe"\r\n\r\nx`),
      'multipart/mixed; boundary=b',
    ),
    ['nested-parts', Buffer.from(`From: x@hostile.example\r\nSubject: nested-parts\r\n${nested(5_000)}`)],
    mail('references', 'x', 'text/plain', folded('References', '<a@b>'.repeat(10), 20_000)),
    mail('recipients', 'x', 'text/plain', folded('To', '"a, b" <a@b.example>,', 60_000)),
    mail('groups', 'x', 'text/plain', folded('Cc', 'g:a@b;,(((', 60_000)),
    mail('encoded-words', 'x', 'text/plain', folded('X', '=?utf-8?Q?=41?=', 60_000)),
    mail('header-fields', 'x', 'text/plain', Array.from({ length: 150_000 }, (_, n) => `X${n}: y\r\n`).join('')),
    mail('flowed', '> > > x \r\n'.repeat(150_000), 'text/plain; format=flowed; delsp=yes'),
    mail('invitation', `BEGIN:VCALENDAR\r\n${'ATTENDEE:mailto:a@b\r\n'.repeat(80_000)}END:VCALENDAR`, 'text/calendar'),
    mail('numbers', '12 '.repeat(600_000), 'text/plain'),
    mail('words', Array.from({ length: 200_000 }, (_, n) => `word${n}`).join(' '), 'text/plain'),
  ];
}

/** Requests of one person; `signedIn` false: without a session. */
export function hostileRequests(): { what: string; path: string; body?: string; signedIn: boolean }[] {
  const fields = (count: number): string => Array.from({ length: count }, (_, n) => `"f${n}":1`).join();
  return [
    { what: 'fields without a session', path: '/api/session', body: `{${fields(1_500)}}`, signedIn: false },
    { what: 'a large body without a session', path: '/api/session', body: `{${fields(90_000)}}`, signedIn: false },
    { what: 'fields', path: '/api/users', body: `{${fields(90_000)}}`, signedIn: true },
    { what: 'a nested list', path: '/api/users', body: '['.repeat(500_000), signedIn: true },
    { what: 'a long text', path: '/api/tasks', body: `{"title":"${'x'.repeat(900_000)}"}`, signedIn: true },
    { what: 'a search of many words', path: `/api/messages?q=${'a%20'.repeat(2_000)}`, signedIn: true },
    { what: 'a search of many phrases', path: `/api/messages?q=${'%22a%20b%22'.repeat(700)}`, signedIn: true },
    { what: 'a cursor', path: `/api/messages?cursor=${'A'.repeat(7_000)}`, signedIn: true },
    { what: 'a path', path: `/api/${'%2e%2e/'.repeat(1_000)}`, signedIn: true },
  ];
}
