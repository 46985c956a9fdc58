import { Controller, Get, Param, type StreamableFile } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.js';
import { mailOf } from '../access/mail-scope.js';
import { Asked, type Caller } from '../platform/auth/caller.js';
import { BlobDamaged, BlobMissing } from '../platform/blobs/blob-format.js';
import { Refused } from '../platform/domain.js';
import { type File, fileAnswer, NeverShown } from '../platform/http/file-answer.js';
import { Uploads } from '../uploads/uploads.js';
import { DraftRows } from './draft-rows.js';

class DownloadUpload extends Query<File> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(DownloadUpload)
export class DownloadUploadHandler implements IQueryHandler<DownloadUpload> {
  constructor(
    private readonly uploads: Uploads,
    private readonly rows: DraftRows,
    private readonly access: Access,
  ) {}

  /** @throws Refused 404 `upload-not-found`; 409 `upload-damaged`; 403 for callers that read no mail */
  async execute({ id, caller }: DownloadUpload): Promise<File> {
    const readable = mailOf(caller);
    const heldBy = await this.uploads.holderOf(id);
    const draft = heldBy === null ? undefined : await this.rows.find(heldBy);
    const isShared = draft !== undefined && (await this.access.readable(readable, [draft.accountId])).length > 0;
    const [file] = await this.uploads.open([id], { userId: caller.actor.id, draftId: isShared ? draft.id : null });
    const { filename: name, contentType: type, size, content } = file!;
    try {
      return { name, type, size, content: await content() };
    } catch (error) {
      if (!(error instanceof BlobDamaged) && !(error instanceof BlobMissing)) throw error;
      throw new Refused(
        'upload-damaged',
        'conflict',
        'The stored bytes of this file are missing or damaged. Upload the file again.',
      );
    }
  }
}

@ApiTags('mail')
@Controller('api/uploads')
export class DownloadUploadEndpoint {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({
    summary: 'Downloads an uploaded file, until its message is sent.',
    description: 'For the person that uploaded it, and for all that may read the draft that keeps it.',
  })
  @NeverShown()
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async download(@Param('id') id: string, @Asked() caller: Caller): Promise<StreamableFile> {
    return fileAnswer(await this.queries.execute(new DownloadUpload(id, caller)));
  }
}
