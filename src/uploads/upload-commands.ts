import type { Slice } from '../platform/slice.js';
import { UploadFileEndpoint, UploadFileHandler } from './upload-file.js';
import { Uploads } from './uploads.js';
import { UploadSweeper } from './upload-sweeper.js';

export const uploadCommands: Slice = {
  endpoints: [UploadFileEndpoint],
  handlers: [UploadFileHandler],
  services: [Uploads, UploadSweeper],
};
