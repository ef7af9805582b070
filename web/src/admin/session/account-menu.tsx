import { Badge } from '../../shared/badge.tsx';
import { Button } from '../../shared/button.tsx';
import { sessionTexts as texts } from '../texts/session-texts.ts';
import { useRole } from './use-role.ts';
import { useSignOut } from './use-session.ts';

/** Who is signed in, and the way out. */
export function AccountMenu() {
  const role = useRole();
  const signOut = useSignOut();
  return (
    <div className="flex items-center justify-between gap-2">
      {role && <Badge tone={role === 'operator' ? 'accent' : 'neutral'}>{texts[role]}</Badge>}
      <Button look="quiet" busy={signOut.isPending} onClick={() => signOut.mutate()}>
        {texts.signOut}
      </Button>
    </div>
  );
}
