import { api, ask, type Schemas } from '../shared/api.js';
import { passes, Problem } from '../shared/problem.js';
import { bodyOf, isEmpty, type Writing } from './writing.js';

/** `new`: nothing to keep; `unsaved`: changes wait; `failed`: the last save did not succeed, and is repeated. */
export type KeptState = 'new' | 'unsaved' | 'saving' | 'saved' | 'failed';

export interface Version {
  id: string;
  revision: number;
}

interface Stored extends Version {
  accountId: string;
  /** JSON of the body */
  body: string;
}

interface Listener {
  /** gets the id of the draft that keeps the message */
  onDraft: (id: string) => void;
  /** gets the files of a draft that has copies of its own */
  onFiles: (files: readonly Schemas['DraftAttachmentAnswer'][]) => void;
}

/** People pause at the end of a sentence. */
const PAUSE_MS = 2000;
const AGAIN_MS = 5000;

/**
 * Saves a message as a draft while a person writes it, one save at a time. When somebody else has changed the draft,
 * both versions stay: this one goes on as a draft of its own.
 */
export class DraftKeeper {
  state: KeptState = 'new';
  /** id of the version of somebody else; undefined: there is none */
  other: string | undefined;
  private stored: Stored | undefined;
  private isEnded = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> = Promise.resolve();
  private readonly watchers = new Set<() => void>();
  /** text that a person would not miss, such as an answer without words */
  private readonly untouched: string;

  private listener: Listener = { onDraft: () => undefined, onFiles: () => undefined };

  constructor(
    private newest: Writing,
    version: Version | null,
  ) {
    this.untouched = textOf(newest);
    if (!version) return;
    this.stored = { ...version, accountId: newest.accountId, body: this.untouched };
    this.state = 'saved';
  }

  listen(listener: Listener): void {
    this.listener = listener;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** Id of the draft; undefined: nothing is kept yet. */
  get id(): string | undefined {
    return this.stored?.id;
  }

  /** False while a change would be lost with the tab. */
  get isSafe(): boolean {
    return this.isEnded || this.isKept();
  }

  changed(writing: Writing): void {
    this.newest = writing;
    if (this.isEnded || this.isKept()) return;
    this.show('unsaved');
    this.later(PAUSE_MS);
  }

  /** Saves the newest text now. @throws Problem */
  keep(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.running = this.running.catch(() => undefined).then(() => this.save());
    return this.running;
  }

  /** Throws the draft away. @throws Problem */
  async discard(): Promise<void> {
    this.end();
    await this.running.catch(() => undefined);
    if (this.stored) await discard(this.stored.id);
  }

  /** The draft was sent: nothing is saved any more. */
  end(): void {
    this.isEnded = true;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** The message was taken back: the text becomes another draft. */
  begin(): void {
    this.isEnded = false;
    this.stored = undefined;
    this.show('new');
    this.changed(this.newest);
  }

  private isKept(): boolean {
    const { stored, newest } = this;
    if (!stored) return isEmpty(newest) || textOf(newest) === this.untouched;
    return stored.accountId === newest.accountId && stored.body === textOf(newest);
  }

  private later(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.keep().catch(() => undefined);
    }, ms);
  }

  private async save(): Promise<void> {
    if (this.isEnded || this.isKept()) return;
    this.show('saving');
    try {
      await this.store(this.newest);
    } catch (error) {
      this.show('failed');
      if (passes(error)) this.later(AGAIN_MS);
      throw error;
    }
    if (this.isKept()) this.show('saved');
    else this.changed(this.newest);
  }

  private async store(writing: Writing): Promise<void> {
    const before = this.stored;
    const body = bodyOf(writing);
    const { accountId } = writing;
    if (before?.accountId === accountId) {
      const params = { path: { id: before.id } };
      const headers = { 'If-Match': `"${before.revision}"` };
      try {
        const { id, revision } = await ask(api.PUT('/api/drafts/{id}', { params, headers, body }));
        this.become({ id: id!, revision }, writing);
      } catch (error) {
        await this.apart(error, writing);
      }
      return;
    }
    const { id, revision } = await ask(
      api.POST('/api/accounts/{id}/drafts', { params: { path: { id: accountId } }, body }),
    );
    this.become({ id: id!, revision }, writing);
    if (!before) return;
    await this.takeFiles();
    await discard(before.id).catch(() => undefined);
  }

  /** @throws the error, unless the service has kept this version as a draft of its own */
  private async apart(error: unknown, writing: Writing): Promise<void> {
    const { current, kept } = (error instanceof Problem ? error.document : {}) as Partial<Record<string, Version>>;
    if (!current || !kept) throw error;
    this.become(kept, writing);
    this.other = current.id;
    await this.takeFiles();
  }

  private async takeFiles(): Promise<void> {
    const { attachments } = await ask(api.GET('/api/drafts/{id}', { params: { path: { id: this.stored!.id } } }));
    if (attachments.length > 0) this.listener.onFiles(attachments);
  }

  private become({ id, revision }: Version, writing: Writing): void {
    this.stored = { id, revision, accountId: writing.accountId, body: textOf(writing) };
    this.listener.onDraft(id);
  }

  private show(state: KeptState): void {
    if (this.state === state) return;
    this.state = state;
    for (const watcher of this.watchers) watcher();
  }
}

const textOf = (writing: Writing): string => JSON.stringify(bodyOf(writing));

const discard = (id: string): Promise<unknown> => ask(api.DELETE('/api/drafts/{id}', { params: { path: { id } } }));
