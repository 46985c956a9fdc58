export const NOTIFICATIONS_VERSION = 1;

/** Entries of an account that are kept, counted once a minute: nobody sees more. */
const MOST = 1000;
const KEPT = '90 days';
/** From this number of messages within a minute, the minute is one entry. */
const MANY = 50;

const tableOf = (what: string): string => `notification_${what}_${NOTIFICATIONS_VERSION}`;
/** In `public` also for a rebuild: the functions outlive its schema, and find the tables by the search path. */
const name = (what: string): string => `public.notifications_${NOTIFICATIONS_VERSION}_${what}`;

const functionOf = (what: string, body: string): string =>
  `create or replace function ${name(what)}() returns trigger language plpgsql as $$ ${body} $$`;

/** `mailsNotification` of the account and the minute. */
const MAILS = `'mails-' || new.minute || '-' || new."accountId"`;

/**
 * Counts the mail of each account and minute in the order of the log, so that batches do not matter: other changes of
 * entries change many rows, and keep their place. Mail up to the counted position was delivered before, and changes
 * nothing.
 */
export const entryTriggers = [
  functionOf(
    'count',
    `declare
       counted record;
       n int;
     begin
       select * into counted from ${tableOf('counts')} where "accountId" = new."accountId";
       if counted.position >= new.position then return null; end if;
       n := case when counted.minute = new.minute then counted.count + 1 else 1 end;
       insert into ${tableOf('counts')} ("accountId", minute, count, position)
         values (new."accountId", new.minute, n, new.position)
         on conflict ("accountId") do update set minute = excluded.minute, count = excluded.count, position = excluded.position;
       if n > ${MANY} then
         update ${tableOf('entries')} set count = n, at = new.at, position = new.position
           where id = ${MAILS};
         return null;
       end if;
       if n = 1 then
         delete from ${tableOf('entries')} where "accountId" = new."accountId" and position <=
           (select position from ${tableOf('entries')} where "accountId" = new."accountId" order by position desc offset ${MOST - 1} limit 1);
       end if;
       if n < ${MANY} then return new; end if;
       delete from ${tableOf('entries')}
         where "accountId" = new."accountId" and minute = new.minute and "messageId" is not null;
       insert into ${tableOf('entries')} (id, kind, "accountId", "userId", "messageId", count, at, position, minute, reason)
         values (${MAILS}, 'mail', new."accountId", null, null, n, new.at, new.position, new.minute, null)
         on conflict (id) do update set count = excluded.count, at = excluded.at, position = excluded.position;
       return null;
     end`,
  ),
  `create trigger count before insert on % for each row when (new.kind = 'mail' and new."messageId" is not null)
     execute function ${name('count')}()`,
];

/** The owner has access from the beginning to the end: later facts about their access change nothing. */
export const recipientTriggers = [
  functionOf('keep_owner', 'begin return null; end'),
  `create trigger keep_owner before update on % for each row when (old."isOwner") execute function ${name('keep_owner')}()`,
];

/** Removes rows that no entry needs any more: an entry is shown for as long. */
export const readTriggers = (table: 'reads' | 'reads_until'): string[] => [
  functionOf(
    `forget_${table}`,
    `begin
       delete from ${tableOf(table)} where "userId" = new."userId" and at < new.at - interval '${KEPT}';
       if exists (select from ${tableOf(table)} where "userId" = new."userId" and at > new.at + interval '${KEPT}') then
         return null;
       end if;
       return new;
     end`,
  ),
  `create trigger forget before insert on % for each row execute function ${name(`forget_${table}`)}()`,
];
