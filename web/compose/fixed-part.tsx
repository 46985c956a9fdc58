import type { ReactNode } from 'react';
import { HtmlFrame } from '../shared/html-frame.js';

/** A part of the message that the service adds: the header or the signature of the account. */
export function FixedPart({ label, html }: { label: string; html: string | null | undefined }): ReactNode {
  if (!html || html.trim() === '') return null;
  return (
    <section className="fixed-part" aria-label={label}>
      <p className="hint" aria-hidden>
        {label}
      </p>
      <HtmlFrame title={label} html={html} images />
    </section>
  );
}
