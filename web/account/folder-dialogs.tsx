import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import type { Folder } from '../shared/account-queries.js';
import { Button } from '../shared/button.js';
import { ModalDialog } from '../shared/modal-dialog.js';
import { SelectField } from '../shared/select-field.js';
import { TextField } from '../shared/text-field.js';
import type { FolderCommands } from './folder-commands.js';

export type FolderQuestion =
  { kind: 'create'; parent: Folder | undefined } | { kind: 'change' | 'empty'; folder: Folder } | undefined;

interface Props {
  question: FolderQuestion;
  folders: readonly Folder[];
  commands: FolderCommands;
  onClose: () => void;
}

export function FolderDialogs({ question, folders, commands, onClose }: Props): ReactNode {
  if (question === undefined) return null;
  if (question.kind === 'empty') return <EmptyDialog folder={question.folder} commands={commands} onClose={onClose} />;
  const folder = question.kind === 'change' ? question.folder : undefined;
  const parent = question.kind === 'create' ? question.parent?.id : question.folder.parentId;
  return (
    <PlaceDialog
      folder={folder}
      parentId={parent ?? null}
      folders={folders}
      onClose={onClose}
      onDone={(name, parentId) => {
        onClose();
        if (!folder) return commands.create(name, parentId);
        const isRenamed = name !== folder.name;
        const isMoved = parentId !== folder.parentId;
        if (isRenamed || isMoved)
          commands.change(
            folder,
            { ...(isRenamed && { name }), ...(isMoved && { parentId }) },
            { ...(isRenamed && { name: folder.name }), ...(isMoved && { parentId: folder.parentId }) },
          );
      }}
    />
  );
}

interface PlaceProps {
  /** undefined: a new folder */
  folder: Folder | undefined;
  parentId: string | null;
  folders: readonly Folder[];
  onDone: (name: string, parentId: string | null) => void;
  onClose: () => void;
}

/** Name of a folder, and the folder above it. */
function PlaceDialog({ folder, parentId, folders, onDone, onClose }: PlaceProps): ReactNode {
  const { t } = useLingui();
  const [name, setName] = useState(folder?.name ?? '');
  const [above, setAbove] = useState(parentId ?? '');
  const places = folders.filter((each) => each.onServer && !(folder && isWithin(each, folder, folders)));
  return (
    <ModalDialog title={folder ? t`Rename or move ${folder.name}` : t`New folder`} open onClose={onClose} width={420}>
      <form
        className="dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') onDone(name.trim(), above || null);
        }}
      >
        <TextField label={t`Name`} value={name} onChange={setName} required autoComplete="off" />
        <SelectField
          label={t`Inside`}
          value={above}
          options={[['', t`no other folder`], ...places.map(({ id, path }) => [id, path] as const)]}
          onChange={setAbove}
        />
        <div className="dialog-actions">
          <Button onPress={onClose}>{t`Cancel`}</Button>
          <Button type="submit" look="primary" isDisabled={name.trim() === ''}>
            {folder ? t`Save` : t`Create`}
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}

/** True for the folder itself and for those below it: a folder cannot move into these. */
function isWithin(each: Folder, folder: Folder, all: readonly Folder[]): boolean {
  if (each.id === folder.id) return true;
  const parent = all.find(({ id }) => id === each.parentId);
  return parent !== undefined && isWithin(parent, folder, all);
}

function EmptyDialog({
  folder,
  commands,
  onClose,
}: {
  folder: Folder;
  commands: FolderCommands;
  onClose: () => void;
}): ReactNode {
  const { t } = useLingui();
  return (
    <ModalDialog title={t`Remove ${folder.name} with its mail?`} open onClose={onClose} width={420}>
      <p>
        {plural(folder.total, {
          one: 'The folder holds # message. It goes into the trash here, and the mail server deletes it with the folder.',
          other:
            'The folder holds # messages. They go into the trash here, and the mail server deletes them with the folder.',
        })}
      </p>
      <div className="dialog-actions">
        <Button onPress={onClose}>{t`Cancel`}</Button>
        <Button
          look="danger"
          onPress={() => {
            commands.remove(folder, true);
            onClose();
          }}
        >
          {t`Remove with its mail`}
        </Button>
      </div>
    </ModalDialog>
  );
}
