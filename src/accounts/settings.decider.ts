import type { Actor } from '../platform/domain.js';
import { Refused } from '../platform/domain.js';
import type { Account, OpenAccount } from './account.fold.js';
import { changePassword, maySet, seen } from './account.decider.js';
import {
  type AccountEvent,
  type Configuration,
  type Security,
  type Server,
  type Setting,
  type SettingChanged,
  settingFacts,
  settingNames,
} from './account.events.js';

/** @throws Refused 403, 404, 409 */
export function mayChangeSettings(state: Account, by: Actor): OpenAccount {
  const open = seen(state, by);
  if (!maySet(open, by)) throw new Refused('only-its-owner-or-an-administrator-changes-the-settings', 'forbidden');
  return open;
}

/**
 * @param passwordVersion of the password in the same request; null without a password
 * @throws Refused 403, 404, 409, 422
 */
export function changeSettings(
  state: Account,
  by: Actor,
  accountId: string,
  set: Partial<Configuration>,
  passwordVersion: number | null,
): AccountEvent[] {
  const { settings } = mayChangeSettings(state, by);
  if (passwordVersion !== null)
    return [...changePassword(state, by, accountId, passwordVersion), ...changed(accountId, settings, set)];
  if (settingNames.some((name) => needsPassword(settings, set, name)))
    throw new Refused(
      'password-needed',
      'unprocessable',
      'The stored password or sign-in is not sent to a new server or login. Enter the password with this change.',
    );
  return changed(accountId, settings, set);
}

/** Reverts the settings in `set` of `toRevert`; its `left` stay unchanged. */
export function revertSettings(
  state: Account,
  by: Actor,
  accountId: string,
  to: { revision: number; settings: Configuration },
  names: readonly Setting[],
): AccountEvent[] {
  const { settings } = mayChangeSettings(state, by);
  return changed(accountId, settings, toRevert(settings, to.settings, names).set, to.revision);
}

/** Of the named settings: `set` to revert, and `left`, which differ but would send the password elsewhere. */
export function toRevert(
  now: Configuration,
  then: Configuration,
  names: readonly Setting[],
): { set: Partial<Configuration>; left: Setting[] } {
  const differing = names.filter((name) => !same(now[name], then[name]));
  const left = differing.filter((name) => needsPassword(now, then, name));
  return {
    set: Object.fromEntries(differing.filter((name) => !left.includes(name)).map((name) => [name, then[name]])),
    left,
  };
}

const STRENGTH: Record<Security, number> = { none: 0, starttls: 1, tls: 2 };

/** True when the change would send the password to another server, for another login, or with weaker encryption. */
export function needsPassword(now: Configuration, set: Partial<Configuration>, name: Setting): boolean {
  if (name === 'login') return set.login !== undefined && set.login !== now.login;
  if (name !== 'incoming' && name !== 'outgoing') return false;
  const [old, next] = [now[name], set[name]];
  return next !== undefined && (elsewhere(old, next) || STRENGTH[next.security] < STRENGTH[old.security]);
}

const elsewhere = (one: Server, other: Server): boolean =>
  one.host.toLowerCase() !== other.host.toLowerCase() || one.port !== other.port;

/** One fact for each setting with a new value. */
function changed(
  accountId: string,
  now: Configuration,
  set: Partial<Configuration>,
  revertedTo?: number,
): SettingChanged[] {
  return settingNames
    .filter((name) => set[name] !== undefined && !same(now[name], set[name]))
    .map((name) => {
      const data = { accountId, from: now[name], to: set[name], ...(revertedTo === undefined ? {} : { revertedTo }) };
      return { type: settingFacts[name], data } as SettingChanged;
    });
}

/** Settings are plain values, or objects of plain values. */
export function same(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => a[key] === b[key]);
}
