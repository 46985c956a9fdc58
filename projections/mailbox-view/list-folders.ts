import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Access } from '../../src/access/access.js';
import { mailScope } from '../../src/access/mail-scope.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { poolOf } from '../../src/platform/database/database.js';
import { ReadsFrom } from '../../src/platform/http/read-position.js';
import { type FolderRow, mailboxTables } from './mailbox-tables.js';
import { mailboxView } from './mailbox-view.js';
import { IS_KEPT, isShown } from './message-ranges.js';

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
/** The messages that a list of the folder shows. Alias `m`. */
const IS_LISTED = `m."accountId" = $1 and m.box <> 'trash' and ${isShown('m.box', 'm."accountId"')} and ${IS_KEPT}`;

/** `union`, because a message may lie in a folder twice. */
const SELECT = `
  select f.*, coalesce(c.total, 0)::int as total, coalesce(c.unread, 0)::int as unread
  from ${folders.name} f left join (
    select "folderId", count(*) as total, count(*) filter (where not seen) as unread from (
      select m."wishedFolderId" as "folderId", m.id, m.seen from ${messages.name} m
      where m."wishedFolderId" is not null and ${IS_LISTED}
      union
      select p."folderId", m.id, m.seen from ${messages.name} m join ${places.name} p on p."messageId" = m.id
      where m."wishedFolderId" is null and ${IS_LISTED}
    ) here group by "folderId"
  ) c on c."folderId" = f.id
  where f."accountId" = $1 order by f.path, f.id`;

@QueryHandler(ListFolders)
export class ListFoldersHandler implements IQueryHandler<ListFolders> {
  constructor(
    private readonly database: DataSource,
    private readonly access: Access,
  ) {}

  async execute({ caller, accountId }: ListFolders): Promise<FoldersAnswer> {
    await mailScope(this.access, caller, accountId);
    const { rows } = await poolOf(this.database).query<CountedFolder>(SELECT, [accountId]);
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
