import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { accountStream } from '../accounts/account.events.js';
import { account, type OpenAccount } from '../accounts/account.fold.js';
import type { Imap } from '../mail/servers/imap.js';
import { MailServerFailure } from '../mail/servers/servers.js';
import { type MessageEvent, messageStream } from '../messages/message.events.js';
import { type Message, message } from '../messages/message.fold.js';
import { bySystem, Decide } from '../platform/commands/decide.js';
import { poolOf } from '../platform/database/database.js';
import { Refused } from '../platform/domain.js';
import { outageBehind } from '../platform/followers/outages.js';
import { type Attempt, WorkLater } from '../platform/followers/work.js';
import { reached } from '../platform/steps.js';
import { OutgoingMail, type StoredMail } from './outgoing-mail.js';
import { copiesToKeep, copyHabit, type CopyHabit } from './pending-sends.js';
import { failCopy, findSecondCopy, keepCopy, type Sent, sentIn } from './sending.decider.js';
import { SentFolder } from './sent-folder.js';

/** Times at which the copy that the server may keep by itself is looked for, before this service stores one. */
const LOOKS_MS: Record<CopyHabit | 'unknown', readonly number[]> = {
  us: [0],
  unknown: [0, 1000, 2000, 4000],
  server: [0, 1000, 2000, 4000, 8000, 15_000, 30_000],
};
/** Time of the look for a second copy, while the habit of the server is unknown. */
const SECOND_LOOK_MS = 15_000;
const REST_MS = 60_000;
const REST_AFTER_REFUSAL_MS = 60 * 60_000;

/** Keeps one copy of each sent message in Sent: that of the server, or else one of its own. */
@Injectable()
export class CopyRun {
  constructor(
    private readonly decide: Decide,
    private readonly database: DataSource,
    private readonly mail: OutgoingMail,
    private readonly sentFolder: SentFolder,
  ) {}

  /** All copies of the account that are due, on one connection. @throws WorkLater, the error of an outage */
  async run(accountId: string, { signal, knows }: Attempt): Promise<void> {
    const { state, position } = await this.decide.load(accountStream(accountId), account);
    knows(position);
    const due = await copiesToKeep(poolOf(this.database), accountId);
    if (state.status !== 'open' || due.length === 0) throw new WorkLater(REST_MS, 'no copy to keep');
    let isRefused = false;
    try {
      await this.sentFolder.with(accountId, state, signal, async (imap) => {
        const path = await this.sentFolder.pathToWrite(imap, state);
        for (const messageId of due) {
          signal.throwIfAborted();
          isRefused = !(await this.keep(imap, state, path, messageId, signal)) || isRefused;
        }
      });
    } catch (error) {
      if (signal.aborted || outageBehind(error)) throw error;
      if (!(error instanceof MailServerFailure) && !(error instanceof Refused)) throw error;
      for (const messageId of due) await this.write(messageId, (sent) => failCopy(sent, error.reason));
      throw new WorkLater(REST_MS, error.reason);
    }
    if (isRefused) throw new WorkLater(REST_AFTER_REFUSAL_MS, 'the server does not store a copy');
  }

  /** False if the server refused to store the copy. */
  private async keep(
    imap: Imap,
    open: OpenAccount,
    path: string,
    messageId: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const stored = await this.mail.stored(messageId);
    if (stored === null) return true;
    const habit = (await copyHabit(poolOf(this.database), stored.accountId)) ?? 'unknown';
    const acceptedAt = Date.now();
    for (const after of LOOKS_MS[habit]) {
      await pause(Math.max(acceptedAt + after - Date.now(), 0), undefined, { signal });
      if ((await this.find(imap, path, stored)).length === 0) continue;
      await this.write(messageId, (sent) => keepCopy(sent, { by: 'server', place: null }));
      return true;
    }
    reached('copy.before-append');
    if (!(await this.store(imap, open, path, stored, signal))) return false;
    if (habit === 'unknown') await this.removeSecond(imap, path, stored, acceptedAt, signal);
    return true;
  }

  private async store(
    imap: Imap,
    open: OpenAccount,
    path: string,
    stored: StoredMail,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { messageId, accountId } = stored;
    const raw = await this.mail.raw(stored);
    try {
      const at = await imap.append(path, raw, { flags: ['\\Seen'], receivedAt: stored.queuedAt });
      reached('copy.appended');
      const place = at && (await this.sentFolder.placeOf(accountId, open, path, at));
      await this.write(messageId, (sent) => keepCopy(sent, { by: 'us', place }));
      return true;
    } catch (error) {
      if (signal.aborted || !(error instanceof MailServerFailure) || error.reason !== 'refused-by-server') throw error;
      await this.write(messageId, (sent) => failCopy(sent, error.reason));
      return false;
    }
  }

  /** Some servers keep their own copy late: then this service takes away exactly the one that it stored. */
  private async removeSecond(
    imap: Imap,
    path: string,
    stored: StoredMail,
    acceptedAt: number,
    signal: AbortSignal,
  ): Promise<void> {
    const ours = await this.find(imap, path, stored);
    await pause(Math.max(acceptedAt + SECOND_LOOK_MS - Date.now(), 0), undefined, { signal });
    const theirs = (await this.find(imap, path, stored)).filter((uid) => !ours.includes(uid));
    if (theirs.length === 0 || ours.length !== 1) return;
    await imap.remove(ours);
    await this.write(stored.messageId, findSecondCopy);
  }

  private async find(imap: Imap, path: string, { header, givenId }: StoredMail): Promise<number[]> {
    const found = await this.sentFolder.find(imap, path, header);
    return found.length > 0 || givenId === null ? found : imap.withMessageId(givenId);
  }

  private async write(messageId: string, rule: (sent: Sent) => MessageEvent[]): Promise<void> {
    const origin = bySystem('sending-worker', messageId);
    await this.decide.on<Message, MessageEvent>(messageStream(messageId), message, origin, (state) => {
      const sent = sentIn(state, messageId);
      return sent === null ? [] : rule(sent);
    });
  }
}
