import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Properties that a copy of a file does not share with it. Numbers as text: they may have more than 53 bits. */
export interface FileIdentity {
  inode: string;
  /** time of birth in ns; `0`: the file system does not tell it */
  born: string;
  /** changes when disks are found in another order: for people only */
  device: string;
}

export interface InstanceFile {
  /** id of the data folder */
  id: string;
  /** number of the last beat */
  beat: number;
  identity: FileIdentity;
}

/** Written in one piece over the same bytes: a crash leaves the beat before or this one. */
const LENGTH = 128;

const pathIn = (dataDir: string): string => join(dataDir, 'instance');

/** Null: there is none. `damaged`: no instance file of this or an earlier release. */
export async function readInstanceFile(dataDir: string): Promise<InstanceFile | 'damaged' | null> {
  const path = pathIn(dataDir);
  try {
    const file = await open(path, 'r');
    try {
      const { id, beat } = JSON.parse(await file.readFile('utf8')) as Partial<InstanceFile>;
      const identity = await identityOf(path);
      return typeof id === 'string' && typeof beat === 'number' ? { id, beat, identity } : 'damaged';
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (error instanceof SyntaxError) return 'damaged';
    throw error;
  }
}

/** A new file: it has another identity than the one before. */
export async function createInstanceFile(dataDir: string, id: string): Promise<FileIdentity> {
  await rm(pathIn(dataDir), { force: true });
  await write(dataDir, 'wx', id, 0);
  return identityOf(pathIn(dataDir));
}

/** Keeps the identity of the file. */
export const beatInstanceFile = (dataDir: string, id: string, beat: number): Promise<void> =>
  write(dataDir, 'r+', id, beat);

async function write(dataDir: string, flags: 'wx' | 'r+', id: string, beat: number): Promise<void> {
  const file = await open(pathIn(dataDir), flags, 0o600);
  try {
    await file.write(`${JSON.stringify({ id, beat }).padEnd(LENGTH - 1)}\n`, 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function identityOf(path: string): Promise<FileIdentity> {
  const { ino, birthtimeNs, dev } = await stat(path, { bigint: true });
  return { inode: ino.toString(), born: birthtimeNs.toString(), device: dev.toString() };
}
