import { i18n } from '@lingui/core';
import { messages as english } from '../strings/en.po';

export const LANGUAGES = ['pl', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = 'language';

/** Language of the last choice here, else of the browser. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  const wanted = [kept, ...navigator.languages].map((each) => each?.slice(0, 2));
  return wanted.find((each): each is Language => LANGUAGES.includes(each as Language)) ?? 'en';
}

export async function showLanguage(language: Language): Promise<void> {
  const messages = language === 'en' ? english : (await import('../strings/pl.po')).messages;
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  await showLanguage(language);
}
