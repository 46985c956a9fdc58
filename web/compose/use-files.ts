import { useCallback, useEffect, useRef } from 'react';
import { upload } from './upload.js';
import type { WrittenFile } from './writing.js';

export type ChangeFiles = (change: (files: readonly WrittenFile[]) => readonly WrittenFile[]) => void;

export interface Files {
  /** uploads files; with a name for the HTML, they are pictures within the text */
  add: (files: readonly File[], cid?: string) => void;
  remove: (key: string) => void;
  /** uploads a file once more after a failure */
  again: (key: string) => void;
}

/** Uploads the files of a message. @param change changes the list of files */
export function useFiles(change: ChangeFiles): Files {
  const sources = useRef(new Map<string, { file: File; ending: AbortController }>());
  useEffect(() => {
    const all = sources.current;
    return () => {
      for (const { ending } of all.values()) ending.abort();
    };
  }, []);

  const begin = useCallback(
    (key: string, file: File): void => {
      const ending = new AbortController();
      sources.current.set(key, { file, ending });
      const become = (at: WrittenFile['at'], more: Partial<WrittenFile> = {}): void =>
        change((files) => files.map((each) => (each.key === key ? { ...each, ...more, at } : each)));
      upload(file, (share) => become({ kind: 'arriving', share }), ending.signal).then(
        ({ id, filename, size }) => become({ kind: 'uploaded', uploadId: id }, { filename, size }),
        (error: unknown) => {
          if (!ending.signal.aborted) become({ kind: 'refused', error });
        },
      );
    },
    [change],
  );

  const add = useCallback(
    (added: readonly File[], cid: string | null = null): void => {
      const entries = added.map((file) => ({ file, key: crypto.randomUUID() }));
      change((files) => [
        ...files,
        ...entries.map(({ file, key }): WrittenFile => ({
          key,
          filename: file.name,
          contentType: file.type || 'application/octet-stream',
          size: file.size,
          cid,
          at: { kind: 'arriving', share: 0 },
        })),
      ]);
      for (const { file, key } of entries) begin(key, file);
    },
    [begin, change],
  );

  const remove = useCallback(
    (key: string): void => {
      sources.current.get(key)?.ending.abort();
      sources.current.delete(key);
      change((files) => files.filter((each) => each.key !== key));
    },
    [change],
  );

  const again = useCallback(
    (key: string): void => {
      const source = sources.current.get(key);
      if (!source) return;
      change((files) =>
        files.map((each) => (each.key === key ? { ...each, at: { kind: 'arriving', share: 0 } } : each)),
      );
      begin(key, source.file);
    },
    [begin, change],
  );
  return { add, remove, again };
}
