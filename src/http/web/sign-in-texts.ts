import type { BuyerSignInOutcome } from '../../telemetry/events.ts';

/** Why nobody was signed in. */
export type SignInFailure = Exclude<BuyerSignInOutcome, 'signed_in'>;

interface Words {
  readonly title: string;
  readonly detail: string;
}

/** What buyers are told, by the name of their shop, when the shop's form signed nobody in. */
export const FAILURE_WORDS: Readonly<Record<SignInFailure, (shop: string) => Words>> = {
  other_site: (shop) => ({
    title: `This did not come from ${shop}`,
    detail: 'Another page tried to sign you in, and was refused. To sign in yourself, begin here.',
  }),
  foreign: (shop) => ({
    title: 'Signing in did not work',
    detail: `What ${shop} sent along could not be verified. Sign in once more. If it happens again, tell the shop: it is not your fault.`,
  }),
  expired: () => ({
    title: 'Signing in took too long',
    detail: 'The time for it was over when you came back here. Sign in once more.',
  }),
  unavailable: (shop) => ({
    title: 'Signing in is not possible at this moment',
    detail: `The server cannot ask ${shop} who you are. Try again in a few seconds.`,
  }),
};

export const SIGN_IN_TEXTS = {
  signIn: (shop: string) => `Sign in at ${shop}`,
  signOut: 'Sign out',
  back: 'Back to where you were',
  kept: 'Nothing is lost: your basket, your place in a waiting room and what you have reserved are kept.',
  notSetUp: (shop: string) => `Signing in on these pages is not set up. Please ask ${shop}.`,
  customersAlone: (shop: string) => `Places are for customers of ${shop}.`,
  needed: (shop: string) => `Places are for customers of ${shop}. Sign in, and you come back to this page.`,
  formOfAnotherPage: 'The form did not come from a page of this shop.',
} as const;
