import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Access } from '../../src/access/access.js';
import { mailScope } from '../../src/access/mail-scope.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { inTransaction, poolOf } from '../../src/platform/database/database.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { type FolderRow, mailboxTables } from './mailbox-tables.js';
import { mailboxView } from './mailbox-view.js';
import { IS_SHOWN } from './message-ranges.js';

export class FolderAnswer {
  /** Id of the folder; it stays when the folder is renamed. */
  id!: string;
  /** Path of the folder on the server. */
  path!: string;
  /** Last level of the path. */
  name!: string;
  /** Id of the folder above; null: at the top, or the server does not list the folder above. */
  parentId!: string | null;
  /** Role of the folder; null: none of these. */
  role!: 'inbox' | 'sent' | 'drafts' | 'trash' | 'junk' | 'archive' | null;
  /** False for a folder that holds folders and no mail. */
  selectable!: boolean;
  /** True if mail is fetched from the folder. */
  fetched!: boolean;
  /** Number of messages here in the folder, without those in the trash of the CRM. */
  total!: number;
  /** The unread ones of these. */
  unread!: number;
  /** False once the folder is gone from the server; its mail stays here. */
  onServer!: boolean;
  /** ISO 8601 UTC: last comparison of the folder with the server; null: none. */
  syncedAt!: string | null;
}

class FoldersAnswer {
  /** All folders of the account, by path. */
  items!: FolderAnswer[];
}

class ListFolders extends Query<FoldersAnswer> {
  constructor(
    readonly caller: Caller,
    readonly accountId: string,
  ) {
    super();
  }
}

const { folders, messages, places } = mailboxTables;
/**
 * A list of the folder shows the message, alias `m`. A column and not a condition: the planner took the conditions for
 * the end of nearly all rows, and compared each message with each place.
 */
const IS_LISTED = `m.box <> 'trash' and ${IS_SHOWN} as listed`;

/** Parameter: id of the account. `distinct`, because a message may lie in a folder twice. */
export const SELECT_FOLDERS = `
  select f.*, coalesce(c.total, 0)::int as total, coalesce(c.unread, 0)::int as unread
  from ${folders.name} f left join (
    select "folderId", count(*) filter (where listed) as total, count(*) filter (where listed and not seen) as unread
    from (
      select m."wishedFolderId" as "folderId", m.seen, ${IS_LISTED} from ${messages.name} m
      where m."accountId" = $1 and m."wishedFolderId" is not null
      union all
      select p."folderId", m.seen, ${IS_LISTED} from (
        select distinct "folderId", "messageId" from ${places.name}
        where "folderId" = any (array(select id from ${folders.name} where "accountId" = $1))
      ) p join ${messages.name} m on m.id = p."messageId"
      where m."accountId" = $1 and m."wishedFolderId" is null
    ) here group by "folderId"
  ) c on c."folderId" = f.id
  where f."accountId" = $1 order by f.path, f.id`;
/** PostgreSQL counts 100,000 messages in memory. */
const IN_MEMORY = `set local work_mem = '32MB'`;

@QueryHandler(ListFolders)
export class ListFoldersHandler implements IQueryHandler<ListFolders> {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  async execute({ caller, accountId }: ListFolders): Promise<FoldersAnswer> {
    await mailScope(this.access, caller, accountId);
    const rows = await inTransaction(poolOf(this.database), async (client) => {
      await client.query(IN_MEMORY);
      return (await client.query<CountedFolder>(SELECT_FOLDERS, [accountId])).rows;
    });
    return { items: rows.map(toFolder) };
  }
}

type CountedFolder = FolderRow & { total: number; unread: number };

const toFolder = ({ accountId: _, ...row }: CountedFolder): FolderAnswer => ({
  ...row,
  syncedAt: row.syncedAt?.toISOString() ?? null,
});

@ApiTags('folders')
@Controller('api/accounts')
@ReadsFrom(mailboxView)
export class ListFoldersEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/folders')
  @ApiOperation({ summary: 'Lists the folders of an account, with the numbers of their messages.' })
  @ApiOkResponse({ type: FoldersAnswer })
  list(@Param('id') accountId: string, @Asked() caller: Caller): Promise<FoldersAnswer> {
    return this.queries.execute(new ListFolders(caller, accountId));
  }
}
