import { capability, closeAll, mailbox, scripted, serve } from '../../../test/scripted-imap.js';

afterEach(closeAll);

describe('a list of folders', () => {
  const listing = async (rows: string[], namespaces = '(("" "/")) NIL NIL') => {
    const settings = await scripted({
      CAPABILITY: capability('AUTH=PLAIN', 'SASL-IR', 'NAMESPACE'),
      NAMESPACE: `* NAMESPACE ${namespaces}\r\nOK`,
      LIST: [...rows, 'OK'].join('\r\n'),
    });
    return (await mailbox(settings)).folders();
  };
  const pathsOf = (folders: { path: string }[]) => folders.map(({ path }) => path).sort();

  it('has each folder once, the INBOX also when the server does not list it, and no malformed row', async () => {
    const twice = ['* LIST () "/" Sent', '* LIST () "/" Sent', '* LIST () "/" inbox'];
    expect(pathsOf(await listing(twice))).toEqual(['INBOX', 'Sent']);
    const malformed = [
      ...['* LIST', '* LIST ((', '* LIST () "/"', '* LIST () "/" NIL', '* LIST () "/" ""', '* LIST x y z)'],
      ...['* LIST () "/" {3}', 'a\nb', `* LIST () "/" "${'x'.repeat(2000)}"`],
    ];
    expect(pathsOf(await listing([...malformed, '* LIST () "/" Last']))).toEqual(['INBOX', 'Last']);
  });

  it('tells folders of other people and shared ones from personal ones', async () => {
    const paths = ['INBOX', 'Work', 'user', 'user.ben', 'shared.news', 'sharedwork'];
    const foreign = async (namespaces: string) => {
      const folders = await listing(
        paths.map((path) => `* LIST () "." ${path}`),
        namespaces,
      );
      return pathsOf(folders.filter((each) => each.foreign));
    };
    expect(await foreign('(("" ".")) (("user." ".")) (("shared." "."))')).toEqual(['shared.news', 'user', 'user.ben']);
    expect(await foreign('(("" ".")) NIL (("" "."))')).toEqual([]);
    expect(await foreign('(("Work" NIL)) NIL (("" "."))')).toEqual(['shared.news', 'sharedwork', 'user', 'user.ben']);
    expect(await foreign('NIL NIL NIL')).toEqual([]);
  });

  it('comes without SPECIAL-USE when the server refuses to give it', async () => {
    const seen: string[] = [];
    const settings = await serve((socket) => {
      socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN LIST-EXTENDED SPECIAL-USE] ready\r\n');
      socket.on('data', (chunk) => {
        const [tag = '', name = '', ...rest] = chunk.toString().trim().split(' ');
        if (name === 'LIST') seen.push(rest.join(' '));
        const refused = rest.includes('RETURN') ? 'BAD Unknown option' : 'OK Done';
        socket.write(`* LIST () "/" Work\r\n${tag} ${name === 'LIST' ? refused : 'OK'}\r\n`);
      });
    });
    expect(pathsOf(await (await mailbox(settings)).folders())).toEqual(['INBOX', 'Work']);
    expect(seen.slice(-2)).toEqual(['"" "*" RETURN (SPECIAL-USE)', '"" "*"']);
  });

  it('is refused beyond 10,000 rows', async () => {
    const rows = Array.from({ length: 10_001 }, (_, each) => `* LIST () "/" "Folder ${each}"`);
    expect(await listing(rows.slice(1))).toHaveLength(10_001);
    await expect(listing(rows)).rejects.toMatchObject({
      reason: 'too-many-folders',
      detail: expect.stringContaining('more than 10000 folders'),
    });
  });
});
