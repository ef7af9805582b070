/** What is said about who is signed in. */
export const sessionTexts = {
  title: 'Sign in to operations',
  lead: 'With the token of your role. It is asked for once and kept nowhere in this browser.',
  token: 'Token',
  tokenHint: 'ADMIN_TOKEN or VIEWER_TOKEN of the server; without one set, the file admin-token in its data directory.',
  tokenMissing: 'Paste the token first.',
  roles: 'Operators change things. Viewers see the same pages and change nothing.',
  signIn: 'Sign in',
  signOut: 'Sign out',
  againTitle: 'Your session has ended',
  againDetail: 'Nobody has used this page for a while. Sign in again: everything that you have typed is still here.',
  operator: 'Operator',
  viewer: 'Viewer',
  viewersOnlyLook: 'Viewers may look, and change nothing.',
  endsIn: (seconds: number) => `You will be signed out in ${seconds} s.`,
  stay: 'Stay signed in',
} as const;
