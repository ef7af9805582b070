/** What is said of signing in at the shop. */
export const signInTexts = {
  signIn: 'Sign in',
  signOut: 'Sign out',
  signInAt: (shop: string) => `Sign in at ${shop}`,
  notSetUp: (shop: string) => `Please ask ${shop} how to buy.`,
} as const;

/** What somebody has to be signed in for. */
export type SignInReason = keyof typeof REASONS;

const REASONS = {
  place: ['Sign in to take a place', 'You come back to this page, and are given a place in line.'],
  basket: ['Sign in to reserve', 'You come back to this page, and your basket with you.'],
  orders: ['Sign in to see your orders', 'They are kept with your account at the shop.'],
  order: ['Sign in to see this order', 'It was not made with this browser, or is kept with your account at the shop.'],
} as const;

const ENDED = {
  title: 'Your sign-in has ended',
  detail:
    'Nothing is lost: your basket, your place in line and what you have reserved are kept. Sign in again to go on.',
} as const;

const NOT_SET_UP = {
  title: 'Nobody can sign in here',
  detail: 'This sale is for customers of the shop, and signing in on these pages is not set up.',
} as const;

interface SignInFacts {
  readonly isSetUp: boolean;
  /** Somebody was signed in here until a while ago. */
  readonly hasEnded: boolean;
}

export function signInWords(
  reason: SignInReason,
  { isSetUp, hasEnded }: SignInFacts,
): readonly [title: string, detail: string] {
  if (!isSetUp) return [NOT_SET_UP.title, NOT_SET_UP.detail];
  return hasEnded ? [ENDED.title, ENDED.detail] : REASONS[reason];
}
