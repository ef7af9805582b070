export type Theme = 'light' | 'dark';

/** The same key as the script in the head of both pages, which applies the choice before anything is painted. */
const KEY = 'tidegate.theme';

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Holds for this page, and for all that are opened later where the browser lets us keep it. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing still shows this page as chosen.
  }
}
