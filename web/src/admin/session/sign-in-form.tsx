import { type FormEvent, useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { Field } from '../../shared/field.tsx';
import { problemText } from '../parts/problem-text.ts';
import { sessionTexts as texts } from '../texts/session-texts.ts';
import { useSignIn } from './use-session.ts';

/** Takes a token once. It is kept nowhere on the page. */
export function SignInForm() {
  const signIn = useSignIn();
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get('token') ?? '').trim();
    setMissing(token === '');
    if (token !== '') signIn.mutate(token);
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-5">
      <Field
        name="token"
        type="password"
        label={texts.token}
        hint={texts.tokenHint}
        error={missing ? texts.tokenMissing : signIn.error && problemText(signIn.error)}
        autoComplete="current-password"
        autoFocus
        spellCheck={false}
      />
      <Button type="submit" busy={signIn.isPending}>
        {texts.signIn}
      </Button>
    </form>
  );
}
