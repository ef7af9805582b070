import { Dialog } from '../../shared/dialog.tsx';
import { sessionTexts as texts } from '../texts/session-texts.ts';
import { SignInForm } from './sign-in-form.tsx';

/** Over a page whose session has ended: what was typed there stays, and nothing is sent meanwhile. */
export function SignInAgain() {
  return (
    <Dialog open onOpenChange={() => {}} title={texts.againTitle} description={texts.againDetail} actions={null}>
      <SignInForm />
    </Dialog>
  );
}
