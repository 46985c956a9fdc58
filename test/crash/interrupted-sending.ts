import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Access } from '../../src/access/access.js';
import { ConnectionNews } from '../../src/accounts/connection/connection-news.js';
import { MailLogins } from '../../src/accounts/sign-in/mail-logins.js';
import { MailServers } from '../../src/mail/servers/mail-servers.js';
import { messageStream } from '../../src/messages/message.events.js';
import { message } from '../../src/messages/message.fold.js';
import { MessageKeys } from '../../src/messages/message-keys.js';
import { Decide } from '../../src/platform/commands/decide.js';
import { OutboxHold } from '../../src/sending/hold/outbox-hold.js';
import { SendLimits } from '../../src/sending/limits/send-limits.js';
import { OutgoingMail } from '../../src/sending/outgoing-mail.js';
import { SendAttempt } from '../../src/sending/send-attempt.js';
import { SendRun } from '../../src/sending/send-run.js';
import { SentFolder } from '../../src/sending/sent-folder.js';
import { ServiceProcess } from '../service/service-process.js';
import type { Step } from '../smtp-sink/sink-script.js';
import { Aborted, Interruption } from './interruption.js';
import { type Random, randomOf } from './random-folder-changes.js';
import { type Kind, KINDS, type SendingSite } from './sending-site.js';

/** More than the calls of a sending. */
const CALLS = 24;
const NUMBERS_OF_RECIPIENTS = [1, 3, 250];
const LONGEST_LIFE_MS = 400;
const STEPS = ['CONNECT', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'BLOCK', 'DOT', 'DOT'] as const;

const recipientsOf = (random: Random, kind: Kind): number =>
  NUMBERS_OF_RECIPIENTS[random(NUMBERS_OF_RECIPIENTS.length, `recipients of ${kind}`)]!;

/** One message: aborted once, at a random call or a random step of the dialogue, then sent by the next process. */
export async function abortedSending(site: SendingSite, seed: number, n: number): Promise<string> {
  const random = randomOf(seed, n);
  const kind = KINDS[n % KINDS.length]!;
  const recipients = recipientsOf(random, kind);
  const id = await site.queue(kind, recipients);
  const isAtCall = random(2, 'at a call') > 0;
  const interruption = new Interruption(isAtCall ? 1 + random(CALLS, 'call') : Infinity, random(2, 'after') > 0);
  const step = isAtCall ? null : randomStep(random, recipients);
  // Otherwise the message may leave in the session of an earlier one.
  if (random(2, 'new session') > 0) site.part(MailServers).endSessions();
  if (step) site.script = stopAt(step, interruption);
  const { signal } = new AbortController();
  const how = await interruptedRun(site, interruption)
    .run(id, { signal, knows: () => undefined })
    .then(
      () => 'done',
      (error: unknown) => {
        if (!(error instanceof Aborted)) throw error;
        return step ? `stopped at ${step.nth} ${step.name}${step.taken ? ' taken' : ''}` : `call ${interruption.calls}`;
      },
    );
  site.script = () => undefined;
  const told = `${n} ${kind}, ${recipients} recipients: ${how}`;
  await isSentOnce(site, id, { kind, recipients, told });
  return told;
}

/** Messages that a process with the role `mail` sends until it is killed; then the next process goes on. */
export async function killedSender(site: SendingSite, seed: number, n: number): Promise<string> {
  const random = randomOf(seed, n);
  const { dataDir, databaseUrl } = site.service;
  const worker = ServiceProcess.start({ dataDir, databaseUrl, env: { ROLES: 'mail' } });
  await worker.url;
  const ms = random(LONGEST_LIFE_MS, 'life');
  const killing = pause(ms).then(() => worker.kill());
  const told = `${n} killed after ${ms} ms`;
  const queued = KINDS.map(async (kind) => {
    const recipients = recipientsOf(random, kind);
    return { kind, recipients, told, id: await site.queue(kind, recipients) };
  });
  const sent = await Promise.all(queued);
  await killing;
  await worker.ended;
  for (const { id, ...each } of sent) await isSentOnce(site, id, each);
  return told;
}

async function isSentOnce(
  site: SendingSite,
  id: string,
  { kind, recipients, told }: { kind: Kind; recipients: number; told: string },
): Promise<void> {
  const { state } = await site.part(Decide).load(messageStream(id), message);
  const reachedDot = state.status === 'on-record' && state.sending?.running?.dotReached === true;
  const { messageId, sending } = await site.recover(id, told);
  const arrived = site.arrived(messageId);
  assert.ok(
    [...arrived.values()].every((times) => times === 1),
    `${told}: a recipient has it twice`,
  );
  if (sending.state === 'unknown') {
    assert.ok(reachedDot, `${told}: unknown without a final dot`);
    if (kind === 'keeps-copies') assert.equal(arrived.size, 0, `${told}: unknown, though its copy is in Sent`);
    return;
  }
  assert.equal(sending.state, 'sent', told);
  assert.equal(arrived.size, recipients, `${told}: each recipient has it`);
}

interface StopStep {
  name: string;
  nth: number;
  /** of `DOT`: the server takes the message, and only its reply is lost */
  taken: boolean;
}

function randomStep(random: Random, recipients: number): StopStep {
  const name = STEPS[random(STEPS.length, 'step')]!;
  return { name, nth: name === 'RCPT' ? 1 + random(recipients, 'nth') : 1, taken: random(2, 'taken') > 0 };
}

/** The process dies, and the server sees the end of its connection. */
const stopAt = ({ name, nth, taken }: StopStep, interruption: Interruption) => {
  let seen = 0;
  return (step: Step): string | undefined => {
    if (step.name !== name || ++seen !== nth) return undefined;
    interruption.stop();
    step.socket.destroy();
    return name === 'DOT' && taken ? undefined : '';
  };
};

function interruptedRun(site: SendingSite, interruption: Interruption): SendRun {
  const logins = interruption.of(site.part(MailLogins));
  const mail = interruption.of(site.part(OutgoingMail));
  const limits = interruption.of(site.part(SendLimits));
  return new SendRun(
    interruption.of(site.part(Decide)),
    interruption.of(site.part(Access)),
    logins,
    mail,
    interruption.of(site.part(SentFolder)),
    limits,
    interruption.of(site.part(OutboxHold)),
    new SendAttempt(
      logins,
      interruption.of(site.part(MailServers)),
      interruption.of(site.part(ConnectionNews)),
      mail,
      site.part(MessageKeys),
      limits,
    ),
  );
}
