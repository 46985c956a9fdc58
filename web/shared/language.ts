import { i18n } from '@lingui/core';

export const LANGUAGES = ['pl', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = 'language';

const STRINGS = {
  en: () => import('../strings/en.po'),
  pl: () => import('../strings/pl.po'),
};

const isKnown = (name: unknown): name is Language => LANGUAGES.includes(name as Language);

/** Language of the last choice here, else of the browser. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  const wanted = [kept, ...navigator.languages].map((each) => each?.slice(0, 2));
  return wanted.find(isKnown) ?? 'en';
}

export async function showLanguage(language: Language): Promise<void> {
  const { messages } = await STRINGS[language]();
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}

/** A choice in one tab counts for all tabs of the browser. */
export function followLanguage(): void {
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === KEPT && isKnown(newValue)) void showLanguage(newValue);
  });
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  await showLanguage(language);
}
