import { useSyncExternalStore } from 'react';
import { useHydrated } from '../shared/hydrated.ts';
import { joinClasses } from '../shared/join-classes.ts';
import type { PageConfig } from '../shared/page-config.ts';
import { forgetBuyer, isSignedIn, loginLink, onSignInForgotten } from './buyer/sign-in.ts';
import { signInTexts as texts } from './texts/sign-in-texts.ts';

interface AccountLinkProps {
  readonly signIn: NonNullable<PageConfig['sign_in']>;
  /** Of the page around it: where a sign-in leads back to. */
  readonly path: string;
  readonly className: string;
}

/** In or out. A page that was rendered for everybody does not know which before it runs. */
export function AccountLink({ signIn: { login_url }, path, className }: AccountLinkProps) {
  const hydrated = useHydrated();
  const signedIn = useSyncExternalStore(onSignInForgotten, isSignedIn, () => false);
  if (signedIn) {
    return (
      <form method="post" action="/session/end" onSubmit={forgetBuyer}>
        <button type="submit" className={className}>
          {texts.signOut}
        </button>
      </form>
    );
  }
  if (login_url === null) return null;
  return (
    <a href={loginLink(login_url, path)} className={joinClasses(className, !hydrated && 'invisible')}>
      {texts.signIn}
    </a>
  );
}
