import { EmptyState } from '../../shared/empty-state.tsx';
import { type SignInReason, signInWords } from '../texts/sign-in-texts.ts';
import { signInFacts } from './sign-in.ts';
import { SignInLink } from './sign-in-link.tsx';

/** In the place of a page that is somebody's own. */
export function SignInState({ reason }: { readonly reason: SignInReason }) {
  const [title, detail] = signInWords(reason, signInFacts());
  return (
    <EmptyState isPage title={title} action={<SignInLink className="mt-3" />}>
      {detail}
    </EmptyState>
  );
}
