import { buttonClasses } from '../../shared/button.tsx';
import { joinClasses } from '../../shared/join-classes.ts';
import { Notice } from '../../shared/notice.tsx';
import { readPageConfig } from '../../shared/page-config.ts';
import { signInTexts as texts } from '../texts/sign-in-texts.ts';
import { loginLink } from './sign-in.ts';

/** The way to the shop's login and back to this page, or an honest word where there is none. */
export function SignInLink({ className }: { readonly className?: string }) {
  const { brand, sign_in } = readPageConfig();
  if (!sign_in?.login_url) return <Notice tone="caution">{texts.notSetUp(brand.name)}</Notice>;
  return (
    <a
      href={loginLink(sign_in.login_url, location.pathname)}
      className={joinClasses(buttonClasses({ size: 'large' }), 'max-w-full whitespace-normal text-center', className)}
    >
      {texts.signInAt(brand.name)}
    </a>
  );
}
