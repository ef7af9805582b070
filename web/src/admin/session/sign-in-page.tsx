import { BrandMark } from '../../shared/brand-mark.tsx';
import { Card } from '../../shared/card.tsx';
import { readPageConfig } from '../../shared/page-config.ts';
import { ThemeToggle } from '../../shared/theme-toggle.tsx';
import { sessionTexts as texts } from '../texts/session-texts.ts';
import { SignInForm } from './sign-in-form.tsx';

/** Shown in place of any page, so that whoever signs in goes on where the link led. */
export function SignInPage() {
  const { brand } = readPageConfig();
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr]">
      <header className="flex items-center justify-between px-4 py-3 sm:px-6">
        <BrandMark {...brand} />
        <ThemeToggle />
      </header>
      <main className="grid place-items-center px-4 pt-4 pb-24">
        <Card className="grid w-full max-w-md gap-6 p-6 sm:p-8">
          <div className="grid gap-1.5">
            <h1 className="text-2xl font-semibold tracking-tight">{texts.title}</h1>
            <p className="text-muted">{texts.lead}</p>
          </div>
          <SignInForm />
          <p className="border-t border-line pt-4 text-sm text-muted">{texts.roles}</p>
        </Card>
      </main>
    </div>
  );
}
