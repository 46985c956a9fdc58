import { Body, Controller, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiOperation } from '@nestjs/swagger';
import { IsEmail, IsIn, IsString, MaxLength, MinLength } from 'class-validator';
import { Access } from '../access/access.js';
import { Asked, type Caller, requireAdministrator } from '../platform/auth/caller.js';
import type { Origin } from '../platform/commands/decide.js';
import type { Role } from '../platform/domain.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { MayBeLeftOut, OneLine } from '../platform/http/input.js';
import { UsersStream } from './users-stream.js';

class AddUserBody {
  /** Name of the person, on one line. */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @OneLine()
  name!: string;

  /** Mail address that the user signs in with; unique among all users. */
  @IsEmail({ require_tld: false })
  @MaxLength(254)
  email!: string;

  /** Role of the user: `user` uses mail, `auditor` reads histories, `administrator` does everything. */
  @IsIn(['administrator', 'user', 'auditor'])
  role!: Role;

  /** Password to sign in with. Without a password the user cannot sign in by password. */
  @MayBeLeftOut()
  @IsString()
  @MinLength(10)
  @MaxLength(200)
  password?: string;
}

class AddUser extends Command<CommandAnswer> {
  constructor(
    readonly user: AddUserBody,
    readonly origin: Origin,
  ) {
    super();
  }
}

@CommandHandler(AddUser)
export class AddUserHandler implements ICommandHandler<AddUser> {
  constructor(
    private readonly users: UsersStream,
    private readonly access: Access,
  ) {}

  async execute({ user, origin }: AddUser): Promise<CommandAnswer> {
    const userId = origin.commandId;
    const decided = await this.users.add({ ...user, password: user.password, userId }, origin);
    await this.access.knows(decided.position);
    return answer(decided, userId);
  }
}

@Controller('api/users')
export class AddUserEndpoint {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @ApiOperation({ summary: 'Adds a user. For administrators.' })
  add(@Body() body: AddUserBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    requireAdministrator(caller);
    return this.commands.execute(new AddUser(body, caller.origin));
  }
}
