import { useLingui } from '@lingui/react/macro';
import { File, Forward, RotateCw, Undo2, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Schemas } from '../shared/api.js';
import { IconButton } from '../shared/icon-button.js';
import { Problem } from '../shared/problem.js';
import { useProblemText } from '../shared/problem-text.js';
import { sizeOf } from '../shared/size.js';
import type { Files } from './use-files.js';
import type { WrittenFile } from './writing.js';

interface Props {
  files: readonly WrittenFile[];
  /** files of the forwarded message, which go along */
  forwarded: readonly Schemas['AttachmentAnswer'][];
  /** numbers of those that stay behind */
  without: readonly number[];
  onWithout: (without: number[]) => void;
  onChange: Files;
}

/** Attachments with their progress, and pictures that could not be sent to the service. */
export function AttachedFiles({ files, forwarded, without, onWithout, onChange }: Props): ReactNode {
  const { t, i18n } = useLingui();
  const shown = files.filter(({ cid, at }) => cid === null || at.kind === 'refused');
  const going = forwarded.filter(goesAlong);
  if (shown.length + going.length === 0) return null;
  return (
    <ul className="attached" aria-label={t`Attachments`}>
      {going.map(({ index, filename, size }) => (
        <li key={`forwarded-${index}`} data-left={without.includes(index) || undefined}>
          <Forward size={16} aria-hidden />
          <span className="name">{filename}</span>
          <span className="soft">{without.includes(index) ? t`stays behind` : sizeOf(size, i18n.locale)}</span>
          {without.includes(index) ? (
            <IconButton
              small
              label={t`Take ${filename} along`}
              icon={<Undo2 size={15} />}
              onPress={() => onWithout(without.filter((each) => each !== index))}
            />
          ) : (
            <IconButton
              small
              label={t`Remove ${filename}`}
              icon={<X size={15} />}
              onPress={() => onWithout([...without, index])}
            />
          )}
        </li>
      ))}
      {shown.map((file) => (
        <AttachedFile key={file.key} file={file} onChange={onChange} />
      ))}
    </ul>
  );
}

/** False for pictures within the text, and for parts that programs read. */
export const goesAlong = ({ technical, inline }: Schemas['AttachmentAnswer']): boolean => !technical && !inline;

function AttachedFile({ file, onChange }: { file: WrittenFile; onChange: Files }): ReactNode {
  const { t, i18n } = useLingui();
  const textOf = useProblemText();
  const { key, filename, size, at } = file;
  const isTooLarge = at.kind === 'refused' && at.error instanceof Problem && at.error.status === 413;
  const limit = sizeOf(50_000_000, i18n.locale);
  return (
    <li data-refused={at.kind === 'refused' || undefined}>
      <File size={16} aria-hidden />
      <span className="name">{filename}</span>
      <span className="soft">{sizeOf(size, i18n.locale)}</span>
      {at.kind === 'arriving' && <progress value={at.share} max={1} aria-label={t`${filename} is being uploaded`} />}
      {at.kind === 'refused' && !isTooLarge && (
        <IconButton small label={t`Try again`} icon={<RotateCw size={15} />} onPress={() => onChange.again(key)} />
      )}
      <IconButton small label={t`Remove ${filename}`} icon={<X size={15} />} onPress={() => onChange.remove(key)} />
      {at.kind === 'refused' && (
        <span className="wrong" role="alert">
          {isTooLarge
            ? t`The file is too large: at most ${limit} go into a mail. Send a link to it instead.`
            : textOf(at.error)}
        </span>
      )}
    </li>
  );
}
