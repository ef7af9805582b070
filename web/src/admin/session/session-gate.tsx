import type { ReactNode } from 'react';
import { ErrorState } from '../../shared/error-state.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { SessionWarning } from './session-warning.tsx';
import { SignInAgain } from './sign-in-again.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { useSession } from './use-session.ts';

/** Shows the console to whoever is signed in, and goes on showing it while they sign in again. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { view, look } = useSession();
  switch (view.kind) {
    case 'unknown':
      return (
        <div className="p-8">
          <PageSkeleton />
        </div>
      );
    case 'unreachable':
      return (
        <main className="p-4 sm:p-8">
          <ErrorState error={view.error} onRetry={look} />
        </main>
      );
    case 'signed_out':
      return <SignInPage />;
    case 'signed_in':
      return (
        <>
          {children}
          {view.isOver ? <SignInAgain /> : <SessionWarning expiresAt={view.session.expires_at} onStay={look} />}
        </>
      );
  }
}
