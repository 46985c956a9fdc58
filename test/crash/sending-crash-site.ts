import { setTimeout as pause } from 'node:timers/promises';
import { Problem } from '../service/api.js';
import { SmtpSink } from '../smtp-sink/smtp-sink.js';
import { CrashSite } from './crash-site.js';

const WAIT_MS = 60_000;

/** A site with a fetched account that sends to a sink. No process runs. @param set further settings of the account */
export async function openSendingSite(set: object = {}): Promise<{ site: CrashSite; sink: SmtpSink }> {
  const [site, sink] = await Promise.all([CrashSite.open(), SmtpSink.start()]);
  const first = site.start();
  await site.addAccount(first);
  const api = site.api.at(await first.ready());
  const changes = { outgoing: sink.settings, password: 'secret', ...set };
  await api.json('PATCH', `/api/accounts/${site.accountId}`, changes);
  await api.fetchEnded(await api.fetchMail(site.accountId));
  await api.settled();
  await first.kill();
  return { site, sink };
}

/** Repeats a request until the service knows, after some seconds, that the process of the first one is dead. */
export async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + WAIT_MS; ;) {
    try {
      return await ask();
    } catch (error) {
      const isWaiting = error instanceof Problem && error.reason === 'request-in-progress';
      if (!isWaiting || Date.now() > until) throw error;
      await pause(500);
    }
  }
}
