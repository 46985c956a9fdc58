import { Controller, Delete, Param, Query } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { MailFolderSettings } from '../../accounts/mail-folder-settings.js';
import type { Imap } from '../../mail/servers/imap.js';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import { Refused } from '../../platform/domain.js';
import { CommandAnswer } from '../../platform/http/answers.js';
import { QueryBoolean } from '../../platform/http/input.js';
import { reached } from '../../platform/steps.js';
import type { KnownFolder } from '../folders.fold.js';
import { Places } from '../placing/places.js';
import { ChangeMessages } from '../wishes/change-messages.js';
import { KnownMail } from '../wishes/known-mail.js';
import { cannotBeEmptied, mayRemoveFolder, requireFolder, trashFor } from './folder-changes.decider.js';
import { FolderOwners } from './folder-owners.js';
import { FolderSessions } from './folder-session.js';

/** Caller that deletes the mail of a folder. */
type Deleter = ChangeMessages['caller'];

export class RemoveFolderParameters {
  /** True: first the mail of the folder moves to the trash, here and on the mail server. */
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  withMail?: boolean;
}

export class RemoveFolder extends Command<CommandAnswer> {
  constructor(
    readonly accountId: string,
    readonly folderId: string,
    readonly withMail: boolean,
    readonly caller: Deleter,
  ) {
    super();
  }
}

@CommandHandler(RemoveFolder)
export class RemoveFolderHandler implements ICommandHandler<RemoveFolder> {
  constructor(
    private readonly sessions: FolderSessions,
    private readonly settings: MailFolderSettings,
    private readonly places: Places,
    private readonly known: KnownMail,
    private readonly commands: CommandBus,
  ) {}

  execute({ accountId, folderId, withMail, caller }: RemoveFolder): Promise<CommandAnswer> {
    return this.sessions.run(accountId, caller.origin, async (session) => {
      const { imap, state } = session;
      const folder = requireFolder(state, folderId);
      mayRemoveFolder(state, folder);
      const { path } = folder;
      if (folder.selectable && (await numberIn(imap, path)) > 0) {
        if (!withMail)
          throw new Refused(
            'folder-not-empty',
            'conflict',
            'The folder holds mail on the server. Remove it with its mail, or move the mail first.',
          );
        const trash = trashFor(state, folder);
        await session.alone(() => this.empty(imap, path, trash));
        reached('folder.emptied');
        await this.delete(accountId, folderId, caller);
      }
      await imap.removeFolder(path);
      reached('folder.removed');
      await this.settings.follow(accountId, new Map([[path, null]]), caller.origin);
      await session.look({ removed: folderId });
      return folderId;
    });
  }

  /** The mail moves to the trash here, too: all messages on record that lie in no other folder. */
  private async delete(accountId: string, folderId: string, caller: Deleter): Promise<void> {
    await this.places.known();
    const ids = (await this.known.byAccount(await this.places.onlyIn(folderId), 'all')).get(accountId) ?? [];
    if (ids.length > 0) await this.commands.execute(new ChangeMessages(accountId, ids, { deleted: true }, caller));
  }

  /** Mail that arrives meanwhile, or that the server does not list, keeps the folder. */
  private async empty(imap: Imap, path: string, trash: KnownFolder): Promise<void> {
    await imap.open(path, { write: true });
    const { uids } = await imap.uids();
    if (uids.length > 0) await imap.move(uids, trash.path);
    await imap.open('INBOX');
    if ((await numberIn(imap, path)) > 0)
      throw cannotBeEmptied(
        'The server still shows mail in this folder after its mail was moved to the trash. Try again.',
      );
  }
}

/** The server must answer: a folder of unknown content is not removed. */
async function numberIn(imap: Imap, path: string): Promise<number> {
  const status = (await imap.statuses([path])).get(path);
  if (status) return status.exists;
  throw cannotBeEmptied('The server does not tell if this folder holds mail. Move its mail first.');
}

@ApiTags('folders')
@Controller('api/folders')
export class RemoveFolderEndpoint {
  constructor(
    private readonly commands: CommandBus,
    private readonly owners: FolderOwners,
  ) {}

  @Delete(':id')
  @ApiOperation({ summary: 'Removes a folder from the mail server; a folder with mail only on request.' })
  @ApiOkResponse({ type: CommandAnswer })
  async remove(
    @Param('id') id: string,
    @Query() { withMail }: RemoveFolderParameters,
    @Asked() caller: Caller,
  ): Promise<CommandAnswer> {
    const accountId = await this.owners.accountOf(caller, id);
    return this.commands.execute(new RemoveFolder(accountId, id, withMail === true, caller));
  }
}
