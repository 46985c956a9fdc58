import { startDovecot } from '../dovecot.js';
import { startMailServer } from './mail-server.js';
import { type Step, talk as talkTo } from './talk.js';

const user = 'anna@example.test';
const users = { [user]: 'secret' };
const raw = Buffer.from('From: ben@example.com\r\nSubject: Hello\r\n\r\nfirst\r\nsecond\r\n');

describe.each([
  ['our server', () => startMailServer({ users })],
  ['Dovecot', () => startDovecot({ users })],
])('%s, by the bytes of the protocol', (_, start) => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
    for (let count = 0; count < 3; count += 1)
      await server.deliver(user, 'INBOX', raw, { internalDate: new Date('2026-03-04T05:06:07Z') });
  });
  afterAll(() => server.stop());

  const talk = (...steps: Step[]): Promise<string[]> => talkTo(server.imapPort, ...steps);
  const logIn: Step = [`l LOGIN ${user} secret\r\n`, /l OK/];
  const select: Step = ['s SELECT INBOX\r\n', /\* 3 EXISTS\r\n[^]*s OK \[READ-WRITE\]/];

  it('asks for a synchronizing literal', () =>
    talk([`a LOGIN {${user.length}}\r\n`, /^\+ /], [`${user} {6}\r\n`, /^\+ /], ['secret\r\n', /a OK/]));

  it('asks for credentials that are missing from AUTHENTICATE', () =>
    talk(['a AUTHENTICATE PLAIN\r\n', /^\+ /], [`${Buffer.from(`\0${user}\0secret`).toString('base64')}\r\n`, /a OK/]));

  it('refuses commands before the login, unknown commands, and FETCH without a folder', () =>
    talk(['a SELECT INBOX\r\n', /a (BAD|NO)/], logIn, ['b UNHEARD OF\r\n', /b BAD/], ['c FETCH 1 FLAGS\r\n', /c BAD/]));

  it('sets \\Seen with BODY[] and not with BODY.PEEK[]', () =>
    talk(
      logIn,
      select,
      ['a UID FETCH 1 BODY.PEEK[TEXT]<2.6>\r\n', /BODY\[TEXT\]<2> \{6\}\r\nrst\r\ns\)/],
      ['b UID FETCH 1 FLAGS\r\n', /FLAGS \((?!.*\\Seen).*\)/],
      [
        'c UID FETCH 1 BODY[HEADER.FIELDS (SUBJECT)]\r\n',
        /BODY\[HEADER\.FIELDS \(SUBJECT\)\] \{18\}\r\nSubject: Hello\r\n\r\n/,
      ],
      ['d UID FETCH 1 FLAGS\r\n', /FLAGS \(.*\\Seen.*\)/],
    ));

  it('does not set \\Seen in a folder opened for reading', () =>
    talk(
      logIn,
      ['s EXAMINE INBOX\r\n', /s OK \[READ-ONLY\]/],
      ['a FETCH 2 RFC822\r\n', /a OK/],
      ['b FETCH 2 FLAGS\r\n', /FLAGS \((?!.*\\Seen).*\)/],
    ));

  it('answers macros and the internal date', () =>
    talk(logIn, select, [
      'a FETCH 2 FAST\r\n',
      new RegExp(`FLAGS .* INTERNALDATE "[ 0]4-Mar-2026 05:06:07 \\+0000" RFC822.SIZE ${raw.length}`),
    ]));

  it('lists with the options of extended LIST', () =>
    talk(
      logIn,
      ['a LIST (SPECIAL-USE) "" "*"\r\n', /^(?!.*INBOX)[^]*\* LIST \(.*\\Sent.*\) "\/" "?Sent"?\r\n[^]*a OK/],
      [
        'b LIST "" "Sent" RETURN (SPECIAL-USE STATUS (MESSAGES))\r\n',
        /\* LIST \(.*\\Sent.*\)[^]*\* STATUS "?Sent"? \(MESSAGES 0\)/,
      ],
      ['c LIST "" ""\r\n', /\* LIST \(\\Noselect\) "\/" ""/],
    ));

  it('expunges only the given UIDs', () =>
    talk(
      logIn,
      select,
      ['a UID STORE 2:3 +FLAGS.SILENT (\\Deleted)\r\n', /^(?!.*FETCH)[^]*a OK/],
      ['b UID EXPUNGE 3\r\n', /\* 3 EXPUNGE\r\n[^]*b OK/],
      ['c UID SEARCH DELETED\r\n', /\* SEARCH 2\r\n/],
      ['d CLOSE\r\n', /d OK/],
      ['e STATUS INBOX (MESSAGES UIDNEXT)\r\n', /MESSAGES 1 UIDNEXT 4/],
    ));
});
