import { capabilities } from './capabilities.js';
import type { Command } from './commands.js';
import type { CommandArguments } from './command-arguments.js';
import type { ImapSession } from './imap-session.js';
import { Refusal } from './refusal.js';

export const sessionCommands: Record<string, Command> = {
  CAPABILITY: {
    run: async (session) => {
      await session.send(`* CAPABILITY ${capabilities(session.context.faults)}`);
      return 'Capability done';
    },
  },
  ID: {
    run: async (session) => {
      await session.send('* ID ("name" "Mailroom demo")');
      return 'ID done';
    },
  },
  NOOP: { run: () => 'Noop done' },
  CHECK: { needs: 'folder', run: () => 'Check done' },
  LOGOUT: {
    run: async (session) => {
      await session.send('* BYE Logging out');
      return 'Logout done';
    },
  },
  LOGIN: { secret: true, run: (session, args) => logIn(session, args.text(), args.text()) },
  'AUTHENTICATE PLAIN': { secret: true, run: authenticatePlain },
  ENABLE: {
    needs: 'login',
    run: enable,
  },
  NAMESPACE: {
    needs: 'login',
    run: async (session) => {
      await session.send(`* NAMESPACE ${session.context.faults.namespaces}`);
      return 'Namespace done';
    },
  },
  IDLE: { needs: 'login', extension: 'IDLE', run: idle },
};

/** RFC 5161. Unknown names are passed over. */
async function enable(session: ImapSession, args: CommandArguments): Promise<string> {
  const { enabled } = session;
  const names: string[] = [];
  while (!args.empty) names.push(args.text().toUpperCase());
  const wanted = (['CONDSTORE', 'QRESYNC'] as const).filter((name) => names.includes(name) && session.offers(name));
  if (wanted.length > 0) enabled.condstore = true;
  if (wanted.includes('QRESYNC')) enabled.qresync = true;
  await session.send(['* ENABLED', ...wanted].join(' '));
  return 'Enable done';
}

/** RFC 4616. The credentials may come with the command (RFC 4959). */
async function authenticatePlain(session: ImapSession, args: CommandArguments): Promise<string> {
  if (args.empty) await session.send('+ ');
  const answer = args.empty ? ((await session.next())?.text.toString('latin1') ?? '*') : args.text();
  if (answer === '*') throw new Refusal('BAD', 'Authentication cancelled');
  const [, login = '', password = ''] = Buffer.from(answer, 'base64').toString('utf8').split('\0');
  return logIn(session, login, password);
}

function logIn(session: ImapSession, login: string, password: string): string {
  if (session.account) throw new Refusal('BAD', 'Already logged in');
  const [, status, text = ''] = /^(NO|BAD) (.*)$/.exec(session.context.faults.loginAnswers.shift() ?? '') ?? [];
  if (status) throw new Refusal(status as 'NO' | 'BAD', text);
  session.account = session.context.logIn(login, password);
  if (!session.account) throw new Refusal('NO', '[AUTHENTICATIONFAILED] Login or password is wrong');
  return `[CAPABILITY ${capabilities(session.context.faults)}] Logged in`;
}

/** RFC 2177. */
async function idle(session: ImapSession): Promise<string> {
  await session.send('+ idling');
  const tell = (): void => {
    if (!session.context.faults.silentIdle) session.sendNews(true);
  };
  tell();
  const stop = session.selected?.folder.watch(tell);
  session.isIdling = !session.ended;
  const line = await session.next();
  session.isIdling = false;
  stop?.();
  if (line && line.text.toString('latin1').toUpperCase() !== 'DONE') throw new Refusal('BAD', 'DONE expected');
  return 'Idle done';
}
