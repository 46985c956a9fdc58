import { Body, Controller, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { mailOf, within } from '../../access/mail-scope.js';
import { Asked, type Caller } from '../../platform/auth/caller.js';
import type { Origin } from '../../platform/commands/decide.js';
import { Refused } from '../../platform/domain.js';
import { CommandAnswer } from '../../platform/http/answers.js';
import { MayBeLeftOut } from '../../platform/http/input.js';
import { reached } from '../../platform/steps.js';
import { pathBelow, requireFolder, requireFreePath } from './folder-changes.decider.js';
import { FolderSessions } from './folder-session.js';

/** Letters of any language; spaces at neither end, because servers treat these in different ways. */
export const FOLDER_NAME = /^(?!\s)\P{Cc}+(?<!\s)$/u;
export const FOLDER_NAME_LENGTH = 200;
export const NAME_RULE = { message: 'must be a name without control characters and without spaces at its ends' };

export class CreateFolderBody {
  /** Name of the new folder, without the delimiter of the server. */
  @IsString()
  @MaxLength(FOLDER_NAME_LENGTH)
  @Matches(FOLDER_NAME, NAME_RULE)
  name!: string;

  /** Id of the folder that holds the new one. Default: none, so that it is at the top. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(64)
  parentId?: string;
}

export class CreateFolder extends Command<CommandAnswer> {
  constructor(
    readonly accountId: string,
    readonly name: string,
    readonly parentId: string | undefined,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(CreateFolder)
export class CreateFolderHandler implements ICommandHandler<CreateFolder> {
  constructor(private readonly sessions: FolderSessions) {}

  execute({ accountId, name, parentId, origin }: CreateFolder): Promise<CommandAnswer> {
    return this.sessions.run(accountId, origin, async (session) => {
      const parent = parentId === undefined ? null : requireFolder(session.state, parentId);
      const path = pathBelow(parent, name, session.imap);
      requireFreePath(session.state, path);
      await session.imap.createFolder(path);
      reached('folder.created');
      // Some servers list the folder under another spelling of its name.
      const before = new Set(Object.values(session.state.parts).flatMap((part) => Object.keys(part)));
      const after = await session.look({ created: path });
      const made = after.find((each) => each.path === path) ?? after.find(({ id }) => !before.has(id));
      if (made) return made.id;
      throw new Refused('refused-by-server', 'unprocessable', 'The server made the folder and does not list it.');
    });
  }
}

@ApiTags('folders')
@Controller('api/accounts')
export class CreateFolderEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post(':id/folders')
  @ApiOperation({ summary: 'Creates a folder on the mail server.' })
  @ApiCreatedResponse({ type: CommandAnswer })
  async create(
    @Param('id') id: string,
    @Body() { name, parentId }: CreateFolderBody,
    @Asked() caller: Caller,
  ): Promise<CommandAnswer> {
    if (!within(mailOf(caller), id)) throw new Refused('account-not-found', 'not-found');
    return this.commands.execute(new CreateFolder(id, name, parentId, caller.origin));
  }
}
