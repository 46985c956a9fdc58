import { useLingui } from '@lingui/react/macro';
import { Download, File, FileArchive, FileImage, FileSpreadsheet, FileText } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Schemas } from '../shared/api.js';
import { sizeOf } from '../shared/size.js';

type Attachment = Schemas['AttachmentAnswer'];

export function AttachmentList({
  messageId,
  attachments,
}: {
  messageId: string;
  attachments: readonly Attachment[];
}): ReactNode {
  const { t, i18n } = useLingui();
  const shown = attachments.filter(({ inline, technical }) => !inline && !technical);
  if (shown.length === 0) return null;
  return (
    <ul className="attachments" aria-label={t`Attachments`}>
      {shown.map(({ index, filename, contentType, size }) => (
        <li key={index}>
          <a href={`/api/messages/${messageId}/attachments/${index}`} download={filename}>
            {iconOf(contentType)}
            <span className="name">{filename}</span>
            <span className="soft">{sizeOf(size, i18n.locale)}</span>
            <Download size={15} aria-label={t`Download`} />
          </a>
        </li>
      ))}
    </ul>
  );
}

function iconOf(type: string): ReactNode {
  if (type.startsWith('image/')) return <FileImage size={18} aria-hidden />;
  if (/sheet|excel|csv/.test(type)) return <FileSpreadsheet size={18} aria-hidden />;
  if (/zip|compressed|tar/.test(type)) return <FileArchive size={18} aria-hidden />;
  if (/text|pdf|word|document/.test(type)) return <FileText size={18} aria-hidden />;
  return <File size={18} aria-hidden />;
}
