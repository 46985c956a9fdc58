import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readingTables } from './reading.js';

const MOST = 1000;
const { marks, unread } = readingTables;

/** SQL condition: the person in the parameter `me` has not read the message, alias `m`. No join takes its place. */
export const isUnreadBy = (me: string): string =>
  `(select count(*) > 0 from ${unread.name} u where u."messageId" = m.id and u."userId" = ${me})`;

/** SQL column: true if the person has read the message, alias `m`; null without a person. */
export const seenByMe = (me: string): string =>
  `case when ${me}::text is not null then not ${isUnreadBy(me)} end as "seenByMe"`;

/** People that have read messages. */
@Injectable()
export class ReadMarks {
  constructor(private readonly database: DataSource) {}

  /** In the order of reading; without people with access since later, although the message counts as read by them. */
  async of(messageId: string): Promise<{ userId: string; at: string }[]> {
    const rows = await this.database.query<{ userId: string; at: Date }[]>(
      `select "userId", at from ${marks.name} where "messageId" = $1 and "isRead" order by at, "userId" limit ${MOST}`,
      [messageId],
    );
    return rows.map(({ userId, at }) => ({ userId, at: at.toISOString() }));
  }
}
