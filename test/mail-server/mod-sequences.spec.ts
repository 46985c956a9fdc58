import { startDovecot } from '../dovecot.js';
import { startMailServer } from './mail-server.js';
import { type Step, talk as talkTo } from './talk.js';

const user = 'anna@example.test';
const users = { [user]: 'secret' };
const raw = Buffer.from('From: ben@example.com\r\nSubject: Hello\r\n\r\nfirst\r\n');
const logIn: Step = [`l LOGIN ${user} secret\r\n`, /l OK/];
const enable: Step = ['n ENABLE QRESYNC\r\n', /\* ENABLED .*QRESYNC\r\n/];

describe.each([
  ['our server', () => startMailServer({ users })],
  ['Dovecot', () => startDovecot({ users })],
])('%s, with CONDSTORE and QRESYNC', (_, start) => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const talk = (...steps: Step[]): Promise<string[]> => talkTo(server.imapPort, ...steps);
  const fill = async (folder: string, count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await server.deliver(user, folder, raw);
  };
  /** The state that a client knows after it has read the folder. */
  const known = async (folder: string): Promise<{ uidValidity: string; modseq: string }> => {
    const opening: Step = [`a EXAMINE ${folder} (CONDSTORE)\r\n`, /HIGHESTMODSEQ/];
    const answer = (await talk(logIn, opening)).at(-1)!;
    const number = (code: string): string => new RegExp(`\\[${code} (\\d+)\\]`).exec(answer)![1]!;
    return { uidValidity: number('UIDVALIDITY'), modseq: number('HIGHESTMODSEQ') };
  };

  it('tells the highest mod-sequence of a folder', () =>
    talk(
      logIn,
      ['a SELECT INBOX (CONDSTORE)\r\n', /\* OK \[HIGHESTMODSEQ [1-9]\d*\]/],
      ['b STATUS Sent (HIGHESTMODSEQ)\r\n', /\* STATUS "?Sent"? \(HIGHESTMODSEQ [1-9]\d*\)/],
      [
        'c LIST "" (INBOX Sent) RETURN (STATUS (HIGHESTMODSEQ))\r\n',
        /^(?=[^]*STATUS "?INBOX"? \(HIGH)(?=[^]*STATUS "?Sent"? \(HIGH)/,
      ],
    ));

  it('fetches changed messages with their mod-sequences', async () => {
    await fill('Changed', 3);
    const { modseq } = await known('Changed');
    await talk(
      logIn,
      ['s SELECT Changed\r\n', /s OK/],
      ['a UID STORE 2 +FLAGS.SILENT (\\Flagged $Forwarded)\r\n', /^(?![^]*FETCH[^]*FLAGS \()[^]*a OK/],
      [
        `b UID FETCH 1:* (FLAGS) (CHANGEDSINCE ${modseq})\r\n`,
        /^\* OK \[HIGHESTMODSEQ \d+\].*\r\n\* 2 FETCH \((?=.*UID 2)(?=.*FLAGS \((?=.*\\Flagged)(?=.*\$Forwarded))(?=.*MODSEQ \(\d+\)).*\)\r\nb OK/,
      ],
      ['c UID FETCH 1 (MODSEQ)\r\n', /\* 1 FETCH \((?=.*UID 1)(?=.*MODSEQ \(\d+\)).*\)\r\n/],
      ['d UID STORE 3 +FLAGS.SILENT (\\Seen)\r\n', /\* 3 FETCH \((?=.*UID 3)(?=.*MODSEQ \(\d+\))(?!.*FLAGS).*\)\r\n/],
      [
        'e UID STORE 1 +FLAGS (\\Seen)\r\n',
        /\* 1 FETCH \((?=.*UID 1)(?=.*MODSEQ \(\d+\))(?=.*FLAGS \(.*\\Seen).*\)\r\n/,
      ],
      [`f UID SEARCH MODSEQ ${modseq}\r\n`, /\* SEARCH .*\b2 3 \(MODSEQ \d+\)\r\n/],
    );
  });

  it('stores only where nobody changed the message since', async () => {
    await fill('Contested', 2);
    const { modseq } = await known('Contested');
    await talk(
      logIn,
      ['s SELECT Contested (CONDSTORE)\r\n', /s OK/],
      ['a UID STORE 1 +FLAGS.SILENT (\\Seen)\r\n', /a OK/],
      [`b UID STORE 1:2 (UNCHANGEDSINCE ${modseq}) +FLAGS.SILENT (\\Flagged)\r\n`, /b OK \[MODIFIED 1\]/],
      ['c UID SEARCH FLAGGED\r\n', /\* SEARCH 2\r\n/],
    );
  });

  it('tells the UIDs that vanished, in FETCH and at the opening', async () => {
    await fill('Vanished', 6);
    const { uidValidity, modseq } = await known('Vanished');
    await talk(
      logIn,
      enable,
      ['s SELECT Vanished\r\n', /s OK/],
      ['a UID STORE 2:3,5 +FLAGS.SILENT (\\Deleted)\r\n', /a OK/],
      ['b UID EXPUNGE 2:3,6\r\n', /^\* VANISHED 2:3\r\n[^]*b OK \[HIGHESTMODSEQ \d+\]/],
      [`c UID FETCH 1:* (UID) (CHANGEDSINCE ${modseq} VANISHED)\r\n`, /\* VANISHED \(EARLIER\) 2:3\r\n[^]*c OK/],
    );
    const earlier = /\* VANISHED \(EARLIER\) 2:3\r\n[^]*\* 3 FETCH \((?=.*UID 5)(?=.*MODSEQ \(\d+\)).*\\Deleted/;
    await talk(
      logIn,
      enable,
      [`a SELECT Vanished (QRESYNC (${uidValidity} ${modseq}))\r\n`, earlier],
      [`b EXAMINE Vanished (QRESYNC (${uidValidity} ${modseq} 1:4))\r\n`, /\[CLOSED\][^]*EARLIER\) 2:3\r\n(?!.*FETCH)/],
      ['c SELECT Vanished (QRESYNC (77 1))\r\n', /^(?![^]*EARLIER)[^]*c OK/],
    );
  });

  it('refuses QRESYNC before the client has enabled it', () =>
    talk(
      logIn,
      ['a SELECT INBOX (QRESYNC (77 1))\r\n', /a BAD/],
      ['b SELECT INBOX\r\n', /b OK/],
      ['c UID FETCH 1:* (UID) (CHANGEDSINCE 1 VANISHED)\r\n', /c BAD/],
    ));

  it('pushes changes of flags with their mod-sequence, and removals as VANISHED', async () => {
    await fill('Idle', 2);
    const change = (...changes: Step[]) => talk(logIn, ['s SELECT Idle\r\n', /s OK/], ...changes);
    await talk(
      logIn,
      enable,
      ['s SELECT Idle\r\n', /s OK/],
      ['a IDLE\r\n', /\+ /],
      [
        () => change(['a UID STORE 2 +FLAGS.SILENT (\\Seen)\r\n', /a OK/]),
        /\* 2 FETCH \((?=.*UID 2)(?=.*FLAGS \(.*\\Seen)(?=.*MODSEQ \(\d+\)).*\)\r\n/,
      ],
      [
        () => change(['b STORE 1 +FLAGS.SILENT (\\Deleted)\r\n', /b OK/], ['c UID EXPUNGE 1\r\n', /c OK/]),
        /\* VANISHED 1\r\n/,
      ],
      ['DONE\r\n', /a OK/],
    );
  });
});
