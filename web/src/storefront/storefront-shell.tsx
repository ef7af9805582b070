import type { ReactNode } from 'react';
import { BrandMark } from '../shared/brand-mark.tsx';
import type { PageConfig } from '../shared/page-config.ts';
import { PageLink } from '../shared/page-link.tsx';
import { SkipLink } from '../shared/skip-link.tsx';
import { ThemeToggle } from '../shared/theme-toggle.tsx';
import { AccountLink } from './account-link.tsx';
import { storefrontPaths as paths } from './paths.ts';
import { texts } from './texts.ts';

interface ShellProps {
  readonly config: PageConfig;
  /** Of the page. */
  readonly path: string;
  readonly children: ReactNode;
}

const HEAD_LINK =
  'flex min-h-11 items-center whitespace-nowrap rounded-control px-2 text-sm font-medium text-muted transition-colors hover:bg-sunken hover:text-ink sm:px-3';
const FOOT_LINK = 'inline-flex min-h-11 items-center hover:text-ink';

/** What stands around every page of the storefront. */
export function StorefrontShell({ config, path, children }: ShellProps) {
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-16 w-full max-w-6xl items-center justify-between gap-4 px-4 sm:px-6">
          <PageLink href={paths.home} className="flex min-h-11 items-center">
            <BrandMark {...config.brand} />
          </PageLink>
          <nav className="flex items-center gap-1">
            <PageLink href={paths.orders} className={HEAD_LINK}>
              {texts.orders}
            </PageLink>
            {config.sign_in && <AccountLink signIn={config.sign_in} path={path} className={HEAD_LINK} />}
            <ThemeToggle />
          </nav>
        </div>
      </header>
      <main id="content" className="mx-auto w-full max-w-6xl flex-1 px-4 py-8 sm:px-6 sm:py-12">
        {children}
      </main>
      <Footer {...config.brand} />
    </div>
  );
}

function Footer({ name, legal_links }: PageConfig['brand']) {
  return (
    <footer className="border-t border-line">
      <div className="mx-auto flex w-full max-w-6xl flex-wrap items-center gap-x-6 px-4 py-4 text-sm text-muted sm:px-6">
        <span className="mr-auto">{name}</span>
        {legal_links.map(({ label, url }) => (
          <a key={url} href={url} className={FOOT_LINK}>
            {label}
          </a>
        ))}
        <PageLink href={paths.status} className={FOOT_LINK}>
          {texts.status}
        </PageLink>
        <PageLink href={paths.version} className={FOOT_LINK}>
          {texts.version}
        </PageLink>
      </div>
    </footer>
  );
}
