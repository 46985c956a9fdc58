export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEPT = 'theme';

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEPT);
  return THEMES.find((each) => each === kept) ?? 'system';
}

export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** A choice in one tab counts for all tabs of the browser. */
export function followTheme(): void {
  window.addEventListener('storage', ({ key }) => {
    if (key === KEPT) showTheme(chosenTheme());
  });
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEPT, theme);
  showTheme(theme);
}
