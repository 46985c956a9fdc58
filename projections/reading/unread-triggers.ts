export const READING_VERSION = 1;

/** Functions lie in `public` also for a rebuild: they outlive its schema, and find the tables by the search path. */
const name = (what: string): string => `public.reading_${READING_VERSION}_${what}`;
const tableOf = (what: string): string => `reading_${what}_${READING_VERSION}`;

const functionOf = (what: string, body: string): string =>
  `create or replace function ${name(what)}() returns trigger language plpgsql as $$ begin ${body} end $$`;

const triggerOf = (what: string, when: string): string =>
  `create trigger ${what} ${when} on % for each row execute function ${name(what)}()`;

/**
 * Statements that keep the table of unread mail. Its rows depend on positions alone, so that facts which are delivered
 * twice, or in other batches, give the same rows.
 */
export const triggersOf = {
  /** A message is unread for the readers of its account, but for those that have marked it already. */
  messages: [
    functionOf(
      'arrive',
      `if new.received is not null and (tg_op = 'INSERT' or new.received is distinct from old.received) then
         insert into ${tableOf('unread')} ("messageId", "userId", "accountId", "receivedAt", position)
         select new."messageId", r."userId", new."accountId", new."receivedAt", new.received
         from ${tableOf('readers')} r
         where r."accountId" = new."accountId" and r."isActive" and r.since < new.received
           and not exists (select from ${tableOf('marks')} k where k."messageId" = new."messageId" and k."userId" = r."userId")
         on conflict do nothing;
       end if;
       if tg_op = 'INSERT' then
         insert into ${tableOf('unread')} ("messageId", "userId", "accountId", "receivedAt", position)
         select new."messageId", k."userId", new."accountId", new."receivedAt", k.position
         from ${tableOf('marks')} k where k."messageId" = new."messageId" and not k."isRead"
         on conflict do nothing;
       end if;
       return new;`,
    ),
    triggerOf('arrive', 'after insert or update'),
  ],
  marks: [
    functionOf(
      'mark',
      `if new."isRead" then
         delete from ${tableOf('unread')} where "messageId" = new."messageId" and "userId" = new."userId";
       else
         insert into ${tableOf('unread')} ("messageId", "userId", "accountId", "receivedAt", position)
         select new."messageId", new."userId", m."accountId", m."receivedAt", new.position
         from ${tableOf('messages')} m
         where m."messageId" = new."messageId" and not exists (
           select from ${tableOf('readers')} r where r."accountId" = new."accountId"
             and r."userId" = new."userId" and r.since > new.position)
         on conflict ("messageId", "userId") do update set position = excluded.position;
       end if;
       return new;`,
    ),
    triggerOf('mark', 'after insert or update'),
  ],
  /** The owner has access from the beginning to the end: later facts about their access change nothing. */
  readers: [
    functionOf('keep_owner', 'return null;'),
    triggerOf('keep_owner', 'before update').replace(' execute', ' when (old."isOwner") execute'),
    functionOf(
      'begin_reading',
      `delete from ${tableOf('unread')}
         where "accountId" = new."accountId" and "userId" = new."userId" and position < new.since;
       return new;`,
    ),
    triggerOf('begin_reading', 'after insert or update'),
  ],
};
