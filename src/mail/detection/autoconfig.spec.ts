import { readAutoconfig } from './autoconfig.js';

const mailbox = { address: 'anna@example.org', localPart: 'anna', domain: 'example.org' };
const server = (fields: Record<string, string | string[]>): string =>
  Object.entries(fields)
    .flatMap(([name, values]) => [values].flat().map((value) => `<${name}>${value}</${name}>`))
    .join('');
const imap = (fields: Record<string, string | string[]> = {}): string =>
  `<incomingServer type="imap">${server({ hostname: 'imap.example.org', port: '993', socketType: 'SSL', ...fields })}</incomingServer>`;
const file = (...servers: string[]): string =>
  `<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="example.org">${servers.join('')}</emailProvider></clientConfig>`;
const read = (xml: string, known: (host: string) => boolean = () => false) => readAutoconfig(xml, mailbox, known);
const offered = { host: 'imap.example.org', port: 993, security: 'tls', login: null };

describe('a file of settings', () => {
  it('offers its IMAP and SMTP servers in the order of the file', () => {
    const smtp = `<outgoingServer type="smtp">${server({ hostname: 'smtp.example.org', port: '587', socketType: 'STARTTLS' })}</outgoingServer>`;
    const pop =
      '<incomingServer type="pop3"><hostname>pop.example.org</hostname><port>995</port><socketType>SSL</socketType></incomingServer>';
    expect(read(file(pop, imap(), imap({ port: '143', socketType: 'STARTTLS' }), smtp))).toEqual({
      incoming: [offered, { ...offered, port: 143, security: 'starttls' }],
      outgoing: [{ host: 'smtp.example.org', port: 587, security: 'starttls', login: null }],
    });
  });

  it.each([
    ['%EMAILADDRESS%', 'anna@example.org'],
    ['%EMAILLOCALPART%', 'anna'],
    ['%EMAILLOCALPART%.%EMAILDOMAIN%', 'anna.example.org'],
    ['web42', 'web42'],
    ['a&#10;b', 'a&#10;b'],
    ['x'.repeat(300), null],
  ])('gives for the user name %s the login %s', (username, login) => {
    expect(read(file(imap({ username }))).incoming).toEqual([{ ...offered, login }]);
  });

  it('may contain the placeholder of the domain in host names', () => {
    expect(read(file(imap({ hostname: 'mail.%EMAILDOMAIN%' }))).incoming).toEqual([
      { ...offered, host: 'mail.example.org' },
    ]);
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['without a host', { hostname: '' }],
    ['without a port', { port: '' }],
    ['at port 0', { port: '0' }],
    ['at a port above 65535', { port: '70000' }],
    ['at a port that is no number', { port: '99x' }],
    ['with unknown security', { socketType: 'NONE' }],
    ['without authentication by password', { authentication: 'OAuth2' }],
  ])('offers no server %s', (_, fields) => {
    expect(read(file(imap(fields))).incoming).toEqual([]);
  });

  it('offers a server with a password among its methods, and a server of a known provider with any method', () => {
    expect(read(file(imap({ authentication: ['OAuth2', 'password-cleartext'] }))).incoming).toHaveLength(1);
    expect(read(file(imap({ authentication: 'OAuth2' })), () => true).incoming).toHaveLength(1);
  });

  it('offers at most eight servers', () => {
    expect(read(file(...Array.from({ length: 50 }, () => imap()))).incoming).toHaveLength(8);
  });
});

const entity = (definition: string): string =>
  `<!DOCTYPE clientConfig [${definition}]>${file(imap({ hostname: '&x;' }))}`;
const bomb = Array.from({ length: 10 }, (_, n) => `<!ENTITY x${n + 1} "${`&x${n};`.repeat(10)}">`).join('');

it.each<[string, string]>([
  ['empty', ''],
  ['a web page', '<!doctype html><html><body><p>Not found</body></html>'],
  ['JSON', '{"a":1}'],
  ['half a file', file(imap()).slice(0, 120)],
  ['a file with another root', file(imap()).replaceAll('clientConfig', 'config')],
  ['text where elements belong', '<clientConfig><emailProvider>text</emailProvider></clientConfig>'],
  ['a file with an entity of its own', entity('<!ENTITY x "imap.example.org">')],
  ['a file with an external entity', entity('<!ENTITY x SYSTEM "file:///etc/passwd">')],
  ['a file with an entity from the web', entity('<!ENTITY x SYSTEM "http://127.0.0.1/">')],
  ['a file with an external definition', `<!DOCTYPE clientConfig SYSTEM "http://127.0.0.1/x.dtd">${file(imap())}`],
  ['a file with entities of entities', entity(`<!ENTITY x0 "lol">${bomb}<!ENTITY x "&x10;">`)],
  ['a file with an element named __proto__', '<clientConfig><__proto__><emailProvider/></__proto__></clientConfig>'],
  ['very deep nesting', '<a>'.repeat(20_000)],
  ['many attributes', `<clientConfig ${Array.from({ length: 5000 }, (_, n) => `a${n}="x"`).join(' ')}/>`],
  ['many brackets', '<'.repeat(50_000)],
])('a file of settings offers nothing when it is %s', (_, xml) => {
  expect(read(xml)).toEqual({ incoming: [], outgoing: [] });
});
