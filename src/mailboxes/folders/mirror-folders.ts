import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { FolderMail } from '../../access/folder-mail.js';
import { mailOf, within } from '../../access/mail-scope.js';
import { MailServerFailure } from '../../mail/servers/servers.js';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { Refused } from '../../platform/domain.js';
import { MayBeLeftOut } from '../../platform/http/input.js';
import { reached } from '../../platform/steps.js';
import { folderOf, type Folders, folders } from '../folders.fold.js';
import { foldersStream } from './folder.events.js';
import { type FolderSession, FolderSessions } from './folder-session.js';
import {
  foldersToCreate,
  foldersToTakeOver,
  goneOf,
  levelsOnRecord,
  type MirroredFolder,
  takeOverFolders,
} from './mirror.decider.js';

const DIRECTIONS = ['to-server', 'from-server'] as const;
type Direction = (typeof DIRECTIONS)[number];

/** Facts of one append. */
const MOST_AT_ONCE = 500;

export class MirrorFoldersBody {
  /**
   * `to-server`: creates on the server the folders that only this service has, for example after a move to another
   * host. `from-server`: fetches all folders of the server from now on, and forgets those without mail that are gone.
   */
  @IsIn(DIRECTIONS)
  direction!: 'to-server' | 'from-server';

  /** True: only tells the changes, from the folders as they were seen last. Default: false. */
  @MayBeLeftOut()
  @IsBoolean()
  dryRun?: boolean;
}

class MirroredFolderAnswer {
  /** Id of the folder. */
  folderId!: string;
  /** Path of the folder on the server, or its last one if it is gone. */
  path!: string;
  /** `create`: on the server; `choose`: fetch its mail from now on; `forget`: leave it out of the list of folders. */
  action!: 'create' | 'choose' | 'forget';
  /** `planned`: would be done without `dryRun`. */
  outcome!: 'done' | 'planned' | 'refused';
  /** Reason of the refusal; null: not refused. */
  reason!: string | null;
  /** Explanation of the refusal for people; null: not refused. */
  detail!: string | null;
}

export class MirrorAnswer {
  /** Revision of the folders after the command, for `If-Match`. */
  revision!: number;
  /** Position of the change: a query with `X-Wait-For: <position>` shows the change. */
  position!: string;
  /** The changed folders, and those that could not be changed. Folders without a difference are left out. */
  folders!: MirroredFolderAnswer[];
}

export class MirrorFolders extends Command<MirrorAnswer> {
  constructor(
    readonly accountId: string,
    readonly direction: Direction,
    readonly dryRun: boolean,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(MirrorFolders)
export class MirrorFoldersHandler implements ICommandHandler<MirrorFolders> {
  constructor(
    private readonly decide: Decide,
    private readonly sessions: FolderSessions,
    private readonly mail: FolderMail,
  ) {}

  async execute({ accountId, direction, dryRun, origin }: MirrorFolders): Promise<MirrorAnswer> {
    if (dryRun) {
      const { state, revision, position } = await this.sessions.onRecord(accountId, origin);
      const planned =
        direction === 'to-server'
          ? foldersToCreate(state, levelsOnRecord(state))
          : foldersToTakeOver(state, await this.withMail(accountId, state));
      return { revision, position, folders: planned.map((each) => answerOf(each, 'planned')) };
    }
    let mirrored: MirroredFolder[] = [];
    const { revision, position } = await this.sessions.run(accountId, origin, async (session) => {
      mirrored =
        direction === 'to-server' ? await this.create(session) : await this.takeOver(session, accountId, origin);
      return undefined;
    });
    return { revision, position, folders: mirrored.map((each) => answerOf(each, 'done')) };
  }

  /** A folder that the server refuses leaves the others alone. */
  private async create(session: FolderSession): Promise<MirroredFolder[]> {
    const { imap } = session;
    const planned = foldersToCreate(session.state, imap);
    const ids = new Map<string, string>();
    const tried: MirroredFolder[] = [];
    for (const each of planned) {
      const refused = each.refused ?? (await refusalOf(imap.createFolder(each.path), imap));
      tried.push({ ...each, refused });
      if (refused) continue;
      reached('folder.created');
      ids.set(each.path, each.folderId);
    }
    if (ids.size > 0) await session.look({ ids });
    const isHere = ({ folderId }: MirroredFolder): boolean => folderOf(session.state, folderId)?.onServer === true;
    return tried.map((each) => (each.refused || isHere(each) ? each : { ...each, refused: NOT_LISTED }));
  }

  private async takeOver({ state }: FolderSession, accountId: string, origin: Origin): Promise<MirroredFolder[]> {
    const withMail = await this.withMail(accountId, state);
    const { ifMatch: _, ...asked } = origin;
    for (let left = 1; left > 0;)
      await this.decide.on(foldersStream(accountId), folders, asked, (now) => {
        const facts = takeOverFolders(now, accountId, withMail);
        left = facts.length - MOST_AT_ONCE;
        return facts.slice(0, MOST_AT_ONCE);
      });
    return foldersToTakeOver(state, withMail);
  }

  private withMail(accountId: string, state: Folders): Promise<Set<string>> {
    return this.mail.among(
      accountId,
      goneOf(state).map(({ id }) => id),
    );
  }
}

const NOT_LISTED = {
  reason: 'refused-by-server',
  detail: 'The server made the folder and does not list it under this path.',
};

/** Null if the server carries out the work. @throws MailServerFailure of the connection */
async function refusalOf(work: Promise<unknown>, imap: { lost: boolean }): Promise<MirroredFolder['refused']> {
  try {
    await work;
    return null;
  } catch (error) {
    if (!(error instanceof MailServerFailure) || error.reason !== 'refused-by-server' || imap.lost) throw error;
    return { reason: error.reason, detail: error.detail };
  }
}

const answerOf = (
  { folderId, path, action, refused }: MirroredFolder,
  outcome: 'done' | 'planned',
): MirroredFolderAnswer => ({
  folderId,
  path,
  action,
  outcome: refused ? 'refused' : outcome,
  reason: refused?.reason ?? null,
  detail: refused?.detail ?? null,
});

@ApiTags('folders')
@Controller('api/accounts')
export class MirrorFoldersEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/folders/mirror')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Creates the folders of this service on the mail server, or takes over those of the server.',
  })
  @ApiOkResponse({ type: MirrorAnswer })
  async mirror(
    @Param('id') id: string,
    @Body() { direction, dryRun }: MirrorFoldersBody,
    @Asked() caller: Caller,
  ): Promise<MirrorAnswer> {
    if (!within(mailOf(caller), id)) throw new Refused('account-not-found', 'not-found');
    return this.commands.execute(new MirrorFolders(id, direction, dryRun === true, caller.origin));
  }
}
