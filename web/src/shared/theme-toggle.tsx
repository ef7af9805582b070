import { useState } from 'react';
import { useHydrated } from './hydrated.ts';
import { sharedTexts } from './texts.ts';
import { chooseTheme, currentTheme } from './theme-choice.ts';

/** Between light and dark, from what the system prefers. */
export function ThemeToggle() {
  const hydrated = useHydrated();
  const [, setChoices] = useState(0);
  const theme = hydrated ? currentTheme() : 'light';
  const toggle = () => {
    chooseTheme(theme === 'dark' ? 'light' : 'dark');
    setChoices((count) => count + 1);
  };
  return (
    <button
      type="button"
      onClick={toggle}
      aria-label={theme === 'dark' ? sharedTexts.themeLight : sharedTexts.themeDark}
      className="grid size-11 place-items-center rounded-control text-muted transition-colors hover:bg-sunken hover:text-ink"
    >
      <svg
        aria-hidden="true"
        viewBox="0 0 24 24"
        className="size-5"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
      >
        <circle cx="12" cy="12" r="8" />
        <path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor" />
      </svg>
    </button>
  );
}
