import type { OpenAccount } from '../../accounts/account.fold.js';
import type { Imap } from '../../mail/servers/imap.js';
import type { Folder } from '../../mail/servers/imap-folders.js';
import type { KnownFolder as FolderOnRecord } from '../folders.fold.js';
import type { FolderRole } from '../mailbox.events.js';
import type { PlacementRow } from '../placing/placements.js';

export interface KnownFolder {
  folderId: string;
  path: string;
  role: FolderRole | 'all';
}

/** Folders by which a message is shown, if it lies in several: the inbox first. */
const SHOWN_FIRST: readonly KnownFolder['role'][] = [
  'inbox',
  null,
  'archive',
  'all',
  'sent',
  'drafts',
  'junk',
  'trash',
];

/** Selectable folders of the server of an account, listed at the first question. */
export class KnownFolders {
  private listed: Promise<Map<string, KnownFolder>> | undefined;

  /** @param look records the folders of the server, and answers them by path */
  constructor(
    private readonly look: () => Promise<ReadonlyMap<string, FolderOnRecord>>,
    private readonly imap: Pick<Imap, 'folders'>,
    private readonly account: OpenAccount,
  ) {}

  async byId(folderId: string): Promise<KnownFolder | undefined> {
    return (await this.all()).get(folderId);
  }

  /** Personal trash folder; undefined: the server has none. */
  async trash(): Promise<KnownFolder | undefined> {
    return [...(await this.all()).values()].find(({ role }) => role === 'trash');
  }

  /** Those of the places of one message that lie in the folder by which the message is shown. */
  async mainFolder(rows: readonly PlacementRow[]): Promise<PlacementRow[]> {
    const folders = await this.all();
    const rank = ({ folderId }: PlacementRow): number => {
      const at = SHOWN_FIRST.indexOf(folders.get(folderId)?.role ?? null);
      return folders.has(folderId) ? at : SHOWN_FIRST.length;
    };
    const [first] = rows.toSorted((a, b) => rank(a) - rank(b));
    return rows.filter(({ folderId }) => folderId === first?.folderId);
  }

  private all(): Promise<Map<string, KnownFolder>> {
    return (this.listed ??= this.list());
  }

  private async list(): Promise<Map<string, KnownFolder>> {
    const { sentFolder, draftsFolder } = this.account.settings;
    const roleOf = ({ path, role, foreign }: Folder): KnownFolder['role'] => {
      if (path === sentFolder) return 'sent';
      if (path === draftsFolder) return 'drafts';
      return foreign ? null : role;
    };
    const onRecord = await this.look();
    return new Map(
      (await this.imap.folders()).flatMap((folder) => {
        const known = onRecord.get(folder.path);
        if (!known || !folder.selectable) return [];
        const role = known.ownRole ? known.role : roleOf(folder);
        return [[known.id, { folderId: known.id, path: folder.path, role }]];
      }),
    );
  }
}
