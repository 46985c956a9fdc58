import { Controller, Get, Query as QueryParameters } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { DataSource } from 'typeorm';
import { notRemoved } from '../../src/access/access.js';
import { mailOf, notifiedPerson } from '../../src/access/mail-scope.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { MayBeLeftOut, PageQuery, QueryBoolean } from '../../src/platform/http/input.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import type { Slice } from '../../src/platform/slice.js';
import { Filter, NEWEST, pageOf } from '../lists/sorted-page.js';
import { NotificationPage, type SelectedEntry, toNotification } from './notification-answer.js';
import { notifications, notificationTables } from './notifications.js';

const MOST = 1000;
const { entries, recipients, reads, readUntil } = notificationTables;

export class ListNotificationsParameters extends PageQuery {
  /** True for unread notifications only, false for read ones only. Default: both. */
  @MayBeLeftOut()
  @QueryBoolean()
  @IsBoolean()
  unread?: boolean;
}

export class ListNotifications extends Query<NotificationPage> {
  constructor(
    readonly caller: Caller,
    readonly parameters: ListNotificationsParameters,
  ) {
    super();
  }
}

@QueryHandler(ListNotifications)
export class ListNotificationsHandler implements IQueryHandler<ListNotifications> {
  constructor(private readonly database: DataSource) {}

  async execute({ caller, parameters }: ListNotifications): Promise<NotificationPage> {
    const filter = new Filter();
    const table = { name: `(${newestOf(caller, filter)})`, key: ['id' as const] };
    if (parameters.unread !== undefined) filter.always(`row."readAt" is ${parameters.unread ? '' : 'not '}null`);
    return pageOf<SelectedEntry, NotificationPage['items'][number]>(
      this.database,
      { table, filter, sort: NEWEST },
      parameters,
      toNotification,
    );
  }
}

/** The newest entries of a person, as many as are shown at all, with the times at which they were read. */
function newestOf(caller: Caller, filter: Filter): string {
  const me = filter.parameter(notifiedPerson(caller));
  const scope = mailOf(caller);
  const own = filter.parameter([...caller.accounts]);
  const shown = `e.at > now() - interval '90 days'`;
  const mine =
    scope === 'all' ? notRemoved('e."accountId"') : `e."accountId" = any(${filter.parameter(scope)}::text[])`;
  const ofMail = `select e.* from ${recipients.name} r cross join lateral (
      select * from ${entries.name} e where e."accountId" = r."accountId" and e."userId" is null and e.position > r.since and ${shown}
      order by e.position desc limit ${MOST}) e
    where r."userId" = ${me} and r."isActive" and r."accountId" = any(${own}::text[])`;
  // Told also to a person that lost the account by the same change.
  const told = `(${mine} or (e.kind = 'send-cancelled' and e.reason in ('account-removed', 'access-lost')))`;
  const ofPerson = `(select * from ${entries.name} e where e."userId" = ${me} and ${told} and ${shown}
    order by e.position desc limit ${MOST})`;
  return `select n.*, least(
      (select d.at from ${reads.name} d where d."userId" = ${me} and d.id = n.id),
      (select u.at from ${readUntil.name} u where u."userId" = ${me} and u.position > n.position and u.until >= n.at
       order by u.position limit 1)) as "readAt"
    from (select * from (${ofMail} union all ${ofPerson}) each order by position desc, id desc limit ${MOST}) n`;
}

@ApiTags('notifications')
@Controller('api/notifications')
export class ListNotificationsEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({
    summary: 'Lists the notifications of the caller, newest first.',
    description: 'The newest 1,000 of the last 90 days, of accounts that the caller may use.',
  })
  @ReadsFrom(notifications)
  @ApiOkResponse({ type: NotificationPage })
  list(@QueryParameters() parameters: ListNotificationsParameters, @Asked() caller: Caller): Promise<NotificationPage> {
    return this.queries.execute(new ListNotifications(caller, parameters));
  }
}

export const notificationQueries: Slice = {
  endpoints: [ListNotificationsEndpoint],
  handlers: [ListNotificationsHandler],
};
