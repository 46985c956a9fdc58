import { MailFolder, type FolderRole } from './mail-folder.js';
import { Refusal } from './refusal.js';

export const delimiter = '/';

export const usualFolders: Readonly<Record<string, FolderRole>> = {
  Sent: '\\Sent',
  Drafts: '\\Drafts',
  Trash: '\\Trash',
  Junk: '\\Junk',
};

/** The folders of one user. */
export class MailAccount {
  private readonly byName = new Map<string, MailFolder>();

  constructor(
    readonly login: string,
    readonly password: string,
    roles: Readonly<Record<string, FolderRole>>,
    /** Never returns a value twice, so that clients see a folder created again under an old name as new. */
    private readonly nextUidValidity: () => number,
  ) {
    this.byName.set('INBOX', new MailFolder('INBOX', nextUidValidity()));
    for (const [name, role] of Object.entries(roles))
      this.byName.set(name, new MailFolder(name, nextUidValidity(), role));
  }

  folders(): MailFolder[] {
    return [...this.byName.values()];
  }

  find(name: string): MailFolder | undefined {
    return this.byName.get(canonicalName(name));
  }

  folder(name: string): MailFolder {
    const folder = this.find(name);
    if (!folder) throw new Refusal('NO', '[NONEXISTENT] No such folder');
    return folder;
  }

  /** Creates the folder and its missing parents, RFC 3501 section 6.3.3. */
  create(name: string): MailFolder {
    const canonical = canonicalName(name).replace(/\/$/, '');
    if (this.byName.has(canonical)) throw new Refusal('NO', '[ALREADYEXISTS] Folder already exists');
    const levels = canonical.split(delimiter);
    if (levels.some((level) => !level)) throw new Refusal('NO', '[CANNOT] Invalid folder name');
    let created: MailFolder | undefined;
    for (const path of levels.map((_, depth) => levels.slice(0, depth + 1).join(delimiter))) {
      if (this.byName.has(path)) continue;
      created = new MailFolder(path, this.nextUidValidity());
      this.byName.set(path, created);
    }
    return created ?? this.folder(canonical);
  }

  delete(name: string): void {
    const folder = this.folder(name);
    if (folder.name === 'INBOX') throw new Refusal('NO', '[CANNOT] INBOX cannot be deleted');
    if (this.hasChildren(folder)) throw new Refusal('NO', '[HASCHILDREN] Delete the subfolders first');
    this.byName.delete(folder.name);
    folder.discard();
  }

  rename(from: string, to: string): void {
    const folder = this.folder(from);
    if (folder.name === 'INBOX') throw new Refusal('NO', '[CANNOT] INBOX cannot be renamed');
    if (this.find(to)) throw new Refusal('NO', '[ALREADYEXISTS] Folder already exists');
    const parent = to.split(delimiter).slice(0, -1).join(delimiter);
    if (parent && !this.find(parent)) this.create(parent);
    const moved = this.folders().filter(({ name }) => name === folder.name || name.startsWith(folder.name + delimiter));
    const start = folder.name.length;
    for (const each of moved) {
      this.byName.delete(each.name);
      each.name = canonicalName(to) + each.name.slice(start);
      this.byName.set(each.name, each);
    }
  }

  hasChildren(folder: MailFolder): boolean {
    return this.folders().some(({ name }) => name.startsWith(folder.name + delimiter));
  }

  renumber(name: string): void {
    this.folder(name).renumber(this.nextUidValidity());
  }
}

/** Only INBOX is case-insensitive, RFC 3501 section 5.1. */
function canonicalName(name: string): string {
  return name.toUpperCase() === 'INBOX' ? 'INBOX' : name;
}
