import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { SECURITY, SETTINGS } from './account-labels.js';
import type { Schemas } from './api.js';

export type SettingValue = Schemas['ChangeAnswer']['from'] | undefined;

/** Values that are words of the interface. */
const WORDS: Record<string, MessageDescriptor> = {
  true: msg`on`,
  false: msg`off`,
  none: msg`empty`,
  people: msg`people only`,
  everyone: msg`everyone`,
  google: msg`sign-in with Google`,
  microsoft: msg`sign-in with Microsoft`,
  inbox: msg`inbox`,
  sent: msg`sent mail`,
  drafts: msg`drafts`,
  trash: msg`trash`,
  junk: msg`junk`,
  archive: msg`archive`,
};

/** Fields of a history entry that are no settings. */
const FIELDS: Record<string, MessageDescriptor> = {
  ...SETTINGS,
  signIn: msg`Sign-in`,
  owner: msg`Owner`,
  removed: msg`Removed`,
  folder: msg`Folder`,
  fetched: msg`Fetched`,
  role: msg`Role`,
};

const LONGEST = 160;

export interface SettingTexts {
  /** name of a setting for people */
  nameOf: (field: string) => string;
  /** value of a setting for people; long texts are cut */
  textOf: (value: SettingValue) => string;
}

export function useSettingTexts(): SettingTexts {
  const { _ } = useLingui();
  const word = (text: string): string => (WORDS[text] ? _(WORDS[text]) : text);
  const textOf = (value: SettingValue): string => {
    if (value === null || value === undefined || value === '') return word('none');
    if (typeof value !== 'object') return word(String(value)).slice(0, LONGEST);
    if (Array.isArray(value)) return value.join(', ');
    if ('host' in value) return `${value.host}:${value.port} (${_(SECURITY[value.security])})`;
    if ('enabled' in value) return [word(String(value.enabled)), value.subject].filter(Boolean).join(': ');
    if ('perMinute' in value)
      return [value.perMinute, value.perHour, value.perDay].map((each) => each ?? '–').join(' / ');
    if ('name' in value) return value.name;
    return value.messageId;
  };
  return { textOf, nameOf: (field) => (FIELDS[field] ? _(FIELDS[field]) : field) };
}
