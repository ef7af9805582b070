/** The language of all texts, of money and of times. */
export const LOCALE = 'en';

/** What both applications say. */
export const sharedTexts = {
  close: 'Close',
  loading: 'Loading…',
  retry: 'Try again',
  unreachable: 'The server cannot be reached',
  unreachableDetail: 'Check your connection. Nothing is lost: what you have done is kept on the server.',
  unexpected: 'Something unexpected came back',
  theme: 'Colour theme',
  themeLight: 'Switch to light',
  themeDark: 'Switch to dark',
  skipToContent: 'Skip to content',
  days: ['day', 'days'],
  hours: ['hour', 'hours'],
  minutes: ['minute', 'minutes'],
  seconds: ['second', 'seconds'],
} as const;
