import { Body, Controller, Param, Patch } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOperation } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsString, MaxLength, MinLength } from 'class-validator';
import { Access } from '../access/access.js';
import { Asked, type Caller, requireAdministrator } from '../platform/auth/caller.js';
import type { Origin } from '../platform/commands/decide.js';
import type { Role } from '../platform/domain.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { MayBeLeftOut, OneLine } from '../platform/http/input.js';
import { UsersStream } from './users-stream.js';

class ChangeUserBody {
  /** New name of the person, on one line. */
  @MayBeLeftOut()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @OneLine()
  name?: string;

  /** New role of the user. */
  @MayBeLeftOut()
  @IsIn(['administrator', 'user', 'auditor'])
  role?: Role;

  /** False ends all sessions of the user at once and refuses new sign-ins; true lets the user sign in again. */
  @MayBeLeftOut()
  @IsBoolean()
  active?: boolean;
}

class ChangeUser extends Command<CommandAnswer> {
  constructor(
    readonly userId: string,
    readonly change: ChangeUserBody,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(ChangeUser)
export class ChangeUserHandler implements ICommandHandler<ChangeUser> {
  constructor(
    private readonly users: UsersStream,
    private readonly access: Access,
  ) {}

  async execute({ userId, change, origin }: ChangeUser): Promise<CommandAnswer> {
    const decided = await this.users.change(userId, change, origin);
    await this.access.knows(decided.position);
    return answer(decided, userId);
  }
}

@Controller('api/users')
export class ChangeUserEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Patch(':id')
  @ApiOperation({
    summary:
      'Renames a user, changes the role, or lets the user in or out. For administrators; one always stays active.',
  })
  change(@Param('id') id: string, @Body() body: ChangeUserBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    requireAdministrator(caller);
    return this.commands.execute(new ChangeUser(id, body, caller.origin));
  }
}
