import { Injectable } from '@nestjs/common';
import { Decide, type Origin } from '../platform/commands/decide.js';
import { type AccountEvent, accountStream, type Settings } from './account.events.js';
import { account } from './account.fold.js';
import { changeSettings } from './settings.decider.js';

/** Settings that name folders by their paths. */
export const FOLDER_SETTINGS = ['sentFolder', 'draftsFolder'] as const;
export type FolderSetting = (typeof FOLDER_SETTINGS)[number];

/** Keeps the settings for Sent and Drafts in step with the folders of the server. */
@Injectable()
export class MailFolderSettings {
  constructor(private readonly decide: Decide) {}

  /** @throws Refused 403, 404, 409 */
  async set(accountId: string, set: Partial<Pick<Settings, FolderSetting>>, origin: Origin): Promise<void> {
    await this.decide.on(accountStream(accountId), account, origin, (state) =>
      changeSettings(state, origin.actor, accountId, set, null),
    );
  }

  /**
   * Settings that name a renamed folder name its new path.
   * @param paths new paths by the former ones; null: the folder was removed
   */
  async follow(accountId: string, paths: ReadonlyMap<string, string | null>, origin: Origin): Promise<void> {
    if (paths.size === 0) return;
    await this.decide.on(accountStream(accountId), account, origin, (state): AccountEvent[] => {
      if (state.status !== 'open') return [];
      const set = Object.fromEntries(
        FOLDER_SETTINGS.flatMap((name) => {
          const path = paths.get(state.settings[name] ?? '');
          return path === undefined ? [] : [[name, path]];
        }),
      );
      return changeSettings(state, { id: 'system', role: 'system' }, accountId, set, null);
    });
  }
}
