import { newPool } from '../database.js';
import { SmtpSink } from '../smtp-sink/smtp-sink.js';
import { CrashSite } from './crash-site.js';

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

/**
 * Sets the clock of unfinished requests back, so that they no longer block their keys: the service would know only
 * after half a minute that the process of these requests is dead.
 */
export async function abandonRequests({ databaseUrl }: CrashSite): Promise<void> {
  const pool = newPool(databaseUrl!);
  await pool.query(`update idempotent_answers set at = at - interval '1 minute' where status is null`);
  await pool.end();
}
