import type { Slice } from '../../platform/slice.js';
import { ChangeFolderEndpoint, ChangeFolderHandler } from './change-folder.js';
import { CreateFolderEndpoint, CreateFolderHandler } from './create-folder.js';
import { FolderOwners } from './folder-owners.js';
import { FolderSessions } from './folder-session.js';
import { MirrorFoldersEndpoint, MirrorFoldersHandler } from './mirror-folders.js';
import { RemoveFolderEndpoint, RemoveFolderHandler } from './remove-folder.js';

export const folderCommands: Slice = {
  endpoints: [CreateFolderEndpoint, ChangeFolderEndpoint, RemoveFolderEndpoint, MirrorFoldersEndpoint],
  handlers: [CreateFolderHandler, ChangeFolderHandler, RemoveFolderHandler, MirrorFoldersHandler],
  services: [FolderOwners, FolderSessions],
};
