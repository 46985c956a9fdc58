import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.js';
import { mailScope } from '../access/mail-scope.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { answer, CommandAnswer } from '../platform/http/answers.js';
import { SendBody } from './outgoing-body.js';
import { OutgoingRequests } from './outgoing-requests.js';

@ApiTags('mail')
@Controller('api/accounts')
export class SendMessageEndpoint {
  constructor(
    private readonly access: Access,
    private readonly requests: OutgoingRequests,
  ) {}

  @Post(':id/messages')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Sends a message: it is listed in Sent at once, and leaves after the time to undo.',
    description:
      'Header and signature of the account are added. `GET /messages/{id}` shows the state for each recipient, ' +
      '`DELETE /outbox/{id}` cancels the message until it leaves.',
  })
  @ApiAcceptedResponse({ type: CommandAnswer })
  async send(@Param('id') accountId: string, @Body() body: SendBody, @Asked() caller: Caller): Promise<CommandAnswer> {
    await mailScope(this.access, caller, accountId);
    const queued = await this.requests.queue(accountId, body, caller);
    return answer(queued, queued.messageId);
  }
}
