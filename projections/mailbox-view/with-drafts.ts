import { Injectable } from '@nestjs/common';
import { type ShownDraft, ShownDrafts } from '../../src/access/shown-drafts.js';
import { textOfDraft } from './draft-search.js';
import { type MessageAnswer, type SelectedMessage, toSummary } from './message-answer.js';

type Summary = ReturnType<typeof toSummary>;

/** Fills in the content of drafts of this service, which no row of a read model has. */
@Injectable()
export class WithDrafts {
  constructor(private readonly drafts: ShownDrafts) {}

  /** Answers for the rows, in their order. A draft that has ended meanwhile is left out. */
  async toSummaries(rows: readonly SelectedMessage[]): Promise<Summary[]> {
    const contents = await this.contentsOf(rows);
    return rows.flatMap((row) => {
      const summary = toSummary(row);
      if (!row.isDraftHere) return [summary];
      const content = contents.get(row.id);
      return content ? [withContent(summary, content)] : [];
    });
  }

  /** The rows as a search reads them: those of drafts have their content, with all of the text as preview. */
  async toMatch(rows: readonly SelectedMessage[]): Promise<SelectedMessage[]> {
    const contents = await this.contentsOf(rows);
    return rows.map((row) => {
      const content = contents.get(row.id);
      if (!content) return row;
      const { subject, to, cc } = content;
      const attachments = withContent(toSummary(row), content).attachments.map((file) => ({
        ...file,
        contentId: null,
      }));
      return { ...row, content: { ...row.content, subject, to, cc, attachments, preview: textOfDraft(content) } };
    });
  }

  /** Content of the row; undefined: no draft of this service, or it has ended. */
  async contentOf(row: SelectedMessage): Promise<ShownDraft | undefined> {
    return (await this.contentsOf([row])).get(row.id);
  }

  private async contentsOf(rows: readonly SelectedMessage[]): Promise<Map<string, ShownDraft>> {
    const ids = rows.flatMap(({ id, isDraftHere }) => (isDraftHere ? [id] : []));
    return ids.length === 0 ? new Map() : this.drafts.of(ids);
  }
}

export const withContent = (summary: Summary, content: ShownDraft): Summary => ({
  ...summary,
  onServer: content.onServer,
  to: content.to,
  cc: content.cc,
  subject: content.subject,
  date: content.savedAt.toISOString(),
  preview: content.preview,
  attachments: content.attachments.map(toAttachment),
});

const toAttachment = (
  { filename, contentType, size, cid }: ShownDraft['attachments'][number],
  index: number,
): MessageAnswer['attachments'][number] => ({
  index,
  filename,
  contentType,
  size,
  inline: cid !== null,
  technical: false,
});
