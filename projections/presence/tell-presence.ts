import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { mailOf } from '../../src/access/mail-scope.js';
import { Asked, type Caller } from '../../src/platform/auth/caller.js';
import { Refused } from '../../src/platform/domain.js';
import type { Slice } from '../../src/platform/slice.js';
import { VisibleMessages } from '../mailbox-view/visible-message.js';
import { Presences, type PresenceState, PresentAnswer } from './presence.js';

class PresenceBody {
  /** `viewing`: the message is open; `answering`: an answer is being written; `gone`: neither any more. */
  @IsIn(['viewing', 'answering', 'gone'])
  state!: PresenceState;
}

class PresencesAnswer {
  /** Other people at the message, by name. */
  present!: PresentAnswer[];
}

/** Presence is no command: it leaves no fact and expires by itself. */
@ApiTags('mail')
@Controller('api/messages')
class TellPresenceEndpoint {
  constructor(
    private readonly messages: VisibleMessages,
    private readonly presences: Presences,
  ) {}

  @Put(':id/presence')
  @ApiOperation({
    summary: 'Shows the caller to other people as viewing or answering a message, for 30 seconds.',
    description: 'Repeat it every 10 to 20 seconds. Of one person, the latest 20 messages count.',
  })
  @ApiOkResponse({ type: PresencesAnswer })
  async tell(
    @Param('id') messageId: string,
    @Body() { state }: PresenceBody,
    @Asked() caller: Caller,
  ): Promise<PresencesAnswer> {
    const userId = presentPerson(caller);
    const { accountId } = await this.messages.one(caller, messageId);
    await this.presences.tell(messageId, accountId, userId, state);
    return { present: await this.presences.others(messageId, accountId, userId) };
  }
}

/** @throws Refused 403 for a caller that reads no mail, and for a service that acts as itself */
function presentPerson(caller: Caller): string {
  mailOf(caller);
  if (caller.userId !== null) return caller.userId;
  throw new Refused(
    'only-a-person-is-present',
    'forbidden',
    'Only a person is present at a message. Name the person in X-On-Behalf-Of.',
  );
}

export const presenceQueries: Slice = {
  endpoints: [TellPresenceEndpoint],
  handlers: [],
  services: [Presences],
};
