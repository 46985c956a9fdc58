import { Body, Controller, Param, Patch } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsString, Matches, MaxLength, ValidateIf } from 'class-validator';
import { accountStream } from '../../accounts/account.events.js';
import { account } from '../../accounts/account.fold.js';
import { FOLDER_SETTINGS, type FolderSetting, MailFolderSettings } from '../../accounts/mail-folder-settings.js';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import { Decide, type Origin } from '../../platform/commands/decide.js';
import { Refused } from '../../platform/domain.js';
import { answer, CommandAnswer } from '../../platform/http/answers.js';
import { MayBeLeftOut } from '../../platform/http/input.js';
import { BadInput } from '../../platform/http/problems.js';
import { reached } from '../../platform/steps.js';
import { folders, type KnownFolder } from '../folders.fold.js';
import type { FolderRole } from '../mailbox.events.js';
import { FOLDER_NAME, FOLDER_NAME_LENGTH, NAME_RULE } from './create-folder.js';
import { parentPathOf } from './folder.decider.js';
import {
  chooseFolder,
  moveFolder,
  pathBelow,
  requireFolder,
  requireNoInbox,
  setFolderRole,
} from './folder-changes.decider.js';
import { foldersStream } from './folder.events.js';
import { FolderOwners } from './folder-owners.js';
import { type FolderSession, FolderSessions } from './folder-session.js';

type SettableRole = Exclude<FolderRole, 'inbox'>;
const ROLES: readonly SettableRole[] = ['sent', 'drafts', 'trash', 'junk', 'archive', null];
const SETTING: Partial<Record<string, FolderSetting>> = { sent: 'sentFolder', drafts: 'draftsFolder' };

/** Changes to a folder; absent: no change. */
interface FolderChange {
  name?: string;
  parentId?: string | null;
  fetched?: boolean;
  role?: SettableRole;
}

export class ChangeFolderBody implements FolderChange {
  /** New name, without the delimiter of the server. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(FOLDER_NAME_LENGTH)
  @Matches(FOLDER_NAME, NAME_RULE)
  name?: string;

  /** Id of the folder into which this one moves; null: to the top. */
  @ValidateIf((_, value: unknown) => value !== undefined && value !== null)
  @IsString()
  @MaxLength(64)
  parentId?: string | null;

  /** True: mail is fetched from the folder. */
  @MayBeLeftOut()
  @IsBoolean()
  fetched?: boolean;

  /** New role; null: none. `sent` and `drafts` change the settings of the account. */
  @ValidateIf((_, value: unknown) => value !== undefined && value !== null)
  @IsIn(ROLES.filter((role) => role !== null))
  role?: 'sent' | 'drafts' | 'trash' | 'junk' | 'archive' | null;
}

export class ChangeFolder extends Command<CommandAnswer> {
  constructor(
    readonly accountId: string,
    readonly folderId: string,
    readonly set: FolderChange,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(ChangeFolder)
export class ChangeFolderHandler implements ICommandHandler<ChangeFolder> {
  constructor(
    private readonly decide: Decide,
    private readonly sessions: FolderSessions,
    private readonly settings: MailFolderSettings,
  ) {}

  async execute({ accountId, folderId, set, origin }: ChangeFolder): Promise<CommandAnswer> {
    const { name, parentId, fetched, role } = set;
    const { state } = await this.decide.load(foldersStream(accountId), folders);
    const folder = requireFolder(state, folderId);
    if (role !== undefined && role !== folder.role) requireNoInbox(folder);
    let asked = origin;
    if (name !== undefined || parentId !== undefined) {
      await this.sessions.run(accountId, origin, (session) => this.move(session, folderId, set));
      asked = withoutIfMatch(origin);
    }
    if (role !== undefined) {
      await this.changeSettings(accountId, folderId, role, origin);
      reached('folder.setting-changed');
      await this.decide.on(
        foldersStream(accountId),
        folders,
        asked,
        (now) => setFolderRole(now, accountId, folderId, role),
        { ifMatch: asked.ifMatch },
      );
      asked = withoutIfMatch(origin);
    }
    const decided =
      fetched === undefined
        ? await this.decide.load(foldersStream(accountId), folders)
        : await this.decide.on(
            foldersStream(accountId),
            folders,
            asked,
            (now) => chooseFolder(now, accountId, folderId, fetched),
            { ifMatch: asked.ifMatch },
          );
    return answer(decided, folderId);
  }

  private async move(session: FolderSession, folderId: string, { name, parentId }: FolderChange): Promise<string> {
    const folder = requireFolder(session.state, folderId);
    const to = this.target(session, folder, name ?? folder.name, parentId);
    const move = moveFolder(session.state, folder, to);
    if (!move) return folderId;
    await session.imap.renameFolder(move.from, move.to);
    reached('folder.renamed');
    await session.look({ ids: move.renamed });
    return folderId;
  }

  private target(
    { state, imap }: FolderSession,
    folder: KnownFolder,
    name: string,
    parentId: string | null | undefined,
  ): string {
    if (parentId === null) return pathBelow(null, name, imap);
    if (parentId !== undefined) return pathBelow(requireFolder(state, parentId), name, imap);
    const above = parentPathOf(folder);
    return pathBelow(above === null ? null : { path: above }, name, { ...imapLevels(imap), prefix: '' });
  }

  /** The settings of the account name the folders of these two roles. */
  private async changeSettings(accountId: string, folderId: string, role: SettableRole, origin: Origin): Promise<void> {
    const [{ state: owner }, { state }] = await Promise.all([
      this.decide.load(accountStream(accountId), account),
      this.decide.load(foldersStream(accountId), folders),
    ]);
    if (owner.status !== 'open') throw new Refused('account-not-found', 'not-found');
    const { path } = requireFolder(state, folderId);
    const wanted = SETTING[role ?? ''];
    const left = FOLDER_SETTINGS.filter((name) => name !== wanted && owner.settings[name] === path);
    const set = {
      ...Object.fromEntries(left.map((name) => [name, null])),
      ...(wanted && owner.settings[wanted] !== path && { [wanted]: path }),
    };
    if (Object.keys(set).length > 0) await this.settings.set(accountId, set, withoutIfMatch(origin));
  }
}

const imapLevels = ({ delimiter }: { delimiter: string | null }): { delimiter: string | null } => ({ delimiter });

/** `If-Match` names a revision of the folders before the first change of a command. */
const withoutIfMatch = ({ ifMatch: _, ...origin }: Origin): Origin => origin;

@ApiTags('folders')
@Controller('api/folders')
export class ChangeFolderEndpoint {
  constructor(
    private readonly commands: CommandBus,
    private readonly owners: FolderOwners,
  ) {}

  @Patch(':id')
  @ApiOperation({ summary: 'Renames or moves a folder on the mail server, or changes its role or its choice here.' })
  @ApiOkResponse({ type: CommandAnswer })
  async change(
    @Param('id') id: string,
    @Body() set: ChangeFolderBody,
    @Asked() caller: Caller,
  ): Promise<CommandAnswer> {
    const accountId = await this.owners.accountOf(caller, id);
    if (Object.values(set).every((value) => value === undefined))
      throw new BadInput([{ field: 'body', message: 'holds no change' }]);
    return this.commands.execute(new ChangeFolder(accountId, id, set, caller.origin));
  }
}
