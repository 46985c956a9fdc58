import { setTimeout as pause } from 'node:timers/promises';
import { CommandBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { FolderMail } from '../../src/access/folder-mail.js';
import { MailFolderSettings } from '../../src/accounts/mail-folder-settings.js';
import { MailLogins } from '../../src/accounts/sign-in/mail-logins.js';
import { MailServers } from '../../src/mail/servers/mail-servers.js';
import { MailboxConnections } from '../../src/mailboxes/mailbox-connections.js';
import { ChangeFolder, ChangeFolderHandler } from '../../src/mailboxes/folders/change-folder.js';
import { CreateFolder, CreateFolderHandler } from '../../src/mailboxes/folders/create-folder.js';
import { FolderRenames } from '../../src/mailboxes/folders/folder-renames.js';
import { FolderSessions } from '../../src/mailboxes/folders/folder-session.js';
import { MirrorFolders, MirrorFoldersHandler } from '../../src/mailboxes/folders/mirror-folders.js';
import { RemoveFolder, RemoveFolderHandler } from '../../src/mailboxes/folders/remove-folder.js';
import { Leases } from '../../src/platform/followers/leases.js';
import { ServerFolders } from '../../src/mailboxes/folders/server-folders.js';
import { Places } from '../../src/mailboxes/placing/places.js';
import { KnownMail } from '../../src/mailboxes/wishes/known-mail.js';
import { PendingWishes } from '../../src/mailboxes/wishes/pending-wishes.js';
import { WishRun } from '../../src/mailboxes/wishes/wish-run.js';
import { bySystem, Decide } from '../../src/platform/commands/decide.js';
import { Refused } from '../../src/platform/domain.js';
import { administrator } from '../examples/callers.js';
import { ServiceProcess } from '../service/service-process.js';
import type { ChangingSite } from './changing-site.js';
import { Aborted, Interruption } from './interruption.js';
import { accept, type Asked, type Random, randomChange, randomOf } from './random-folder-changes.js';

/** More than the calls of most commands. */
const CALLS = 30;
const LONGEST_LIFE_MS = 1500;
const CHANGES_OF_A_LIFE = 4;

/** One change that is aborted, and its description. */
export async function abortedChange(site: ChangingSite, seed: number, n: number): Promise<string> {
  const random = randomOf(seed, n);
  await deliverSome(site, random);
  const asked = await randomChange(site, random, n);
  if (!asked) return 'nothing to change';
  const interruption = new Interruption(1 + random(CALLS, 'call'), random(2, 'after') > 0);
  const isOfFolders = asked.path.includes('/folders');
  if (!isOfFolders) await ask(site, asked);
  const work = isOfFolders ? changeFolders(site, asked, interruption) : giveWishes(site, interruption);
  const how = await work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof Aborted) return `aborted at call ${interruption.calls}`;
      if (error instanceof Refused) return error.reason;
      throw error;
    },
  );
  // The person repeats the request, or the next look finds the change.
  if (isOfFolders && random(2, 'repeated') > 0) await ask(site, asked);
  return `${asked.method} ${asked.path} ${JSON.stringify(asked.body ?? {})}: ${how}`;
}

/** Changes while a process with the role `mail` works, and is killed. Returns their descriptions. */
export async function killedMailProcess(site: ChangingSite, seed: number, n: number): Promise<string[]> {
  const { dataDir, databaseUrl } = site.service;
  const worker = ServiceProcess.start({ dataDir, databaseUrl, env: { ROLES: 'mail' } });
  await worker.url;
  const ms = randomOf(seed, n)(LONGEST_LIFE_MS, 'life');
  const killing = pause(ms).then(() => worker.kill());
  const told = [`killed after ${ms} ms`];
  for (let at = 0; at < CHANGES_OF_A_LIFE; at++) {
    const random = randomOf(seed, n * CHANGES_OF_A_LIFE + at);
    await deliverSome(site, random);
    const asked = await randomChange(site, random, n * CHANGES_OF_A_LIFE + at);
    if (!asked) continue;
    await site.requests.post(`/api/accounts/${site.accountId}/fetch`);
    const status = await ask(site, asked);
    told.push(`${asked.method} ${asked.path} ${JSON.stringify(asked.body ?? {})}: ${status}`);
  }
  await killing;
  await worker.ended;
  return told;
}

async function ask(site: ChangingSite, { method, path, body, destroys = [] }: Asked): Promise<number> {
  const answer = await site.requests.ask<unknown>(method, path, body);
  accept(answer);
  if (answer.status < 400) for (const name of destroys) site.destroyed.add(name);
  return answer.status;
}

async function deliverSome(site: ChangingSite, random: Random): Promise<void> {
  const own = (await site.folders()).filter(({ onServer, path }) => onServer && /folder|renamed/.test(path));
  const { path } = own[random(own.length * 2, 'delivered')] ?? { path: 'INBOX' };
  await site.deliver(path);
  if (random(2, 'looked') > 0) await site.look();
}

/** Commands on folders, with parts that stop. */
async function changeFolders(site: ChangingSite, asked: Asked, interruption: Interruption): Promise<unknown> {
  const { accountId } = site;
  const origin = bySystem('test', accountId);
  const { decide, sessions, settings } = interrupted(site, interruption);
  const folderId = /^\/api\/folders\/(\w+)/.exec(asked.path)?.[1] ?? '';
  const body = (asked.body ?? {}) as Record<string, never>;
  if (asked.path.endsWith('/mirror')) {
    const command = new MirrorFolders(accountId, 'from-server', false, origin);
    return new MirrorFoldersHandler(decide, sessions, site.part(FolderMail)).execute(command);
  }
  if (asked.method === 'POST') {
    const command = new CreateFolder(accountId, body['name']!, body['parentId'], origin);
    return new CreateFolderHandler(sessions).execute(command);
  }
  if (asked.method === 'PATCH')
    return new ChangeFolderHandler(decide, sessions, settings).execute(
      new ChangeFolder(accountId, folderId, body, origin),
    );
  const caller = { ...administrator(), origin };
  const mail = [site.part(Places), site.part(KnownMail), site.part(CommandBus)] as const;
  return new RemoveFolderHandler(sessions, settings, ...mail).execute(
    new RemoveFolder(accountId, folderId, true, caller),
  );
}

/** Gives the wishes over a connection that stops. */
async function giveWishes(site: ChangingSite, interruption: Interruption): Promise<unknown> {
  const { accountId } = site;
  const { decide, serverFolders } = interrupted(site, interruption);
  const { checkpoints, database, log } = site.service.service.platform;
  const places = new Places(decide, checkpoints, database, log);
  const wishes = new WishRun(decide, site.part(PendingWishes), places, serverFolders);
  const open = await site.account();
  const { signal } = new AbortController();
  const imap = await site.part(MailboxConnections).open(accountId, open, signal);
  const origin = bySystem('mail-worker', accountId);
  try {
    return await wishes.apply(interruption.of(imap), accountId, open, origin, signal, new Set());
  } finally {
    await imap.close();
  }
}

function interrupted(site: ChangingSite, interruption: Interruption) {
  const decide = interruption.of(site.part(Decide));
  const real = site.part(MailServers);
  const open: MailServers['open'] = async (...asked) => interruption.of(await real.open(...asked), ['close']);
  const servers = new Proxy(real, { get: (of, name) => (name === 'open' ? open : Reflect.get(of, name, of)) });
  const settings = new MailFolderSettings(decide);
  const serverFolders = new ServerFolders(decide, site.part(DataSource), site.part(FolderRenames), settings);
  const sessions = new FolderSessions(decide, site.part(MailLogins), servers, serverFolders, {
    leases: site.part(Leases),
  });
  return { decide, settings, serverFolders, sessions };
}
