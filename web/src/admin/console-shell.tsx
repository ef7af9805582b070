import { type ReactNode, useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';
import { BrandMark } from '../shared/brand-mark.tsx';
import { joinClasses } from '../shared/join-classes.ts';
import type { PageConfig } from '../shared/page-config.ts';
import { SkipLink } from '../shared/skip-link.tsx';
import { ThemeToggle } from '../shared/theme-toggle.tsx';
import { adminPaths as paths } from './paths.ts';
import { AccountMenu } from './session/account-menu.tsx';
import { SwitchesNotice } from './switches/switches-notice.tsx';
import { texts } from './texts.ts';

const NAVIGATION: readonly (readonly [path: string, label: string])[] = [
  [paths.sales, texts.sales],
  [paths.orders, texts.orders],
  [paths.deadLetters, texts.deadLetters],
  [paths.reviews, texts.reviews],
  [paths.reconciliation, texts.reconciliation],
  [paths.audit, texts.audit],
  [paths.auditLog, texts.auditLog],
  [paths.webhooks, texts.webhooks],
  [paths.switches, texts.switches],
];

interface ShellProps {
  readonly config: PageConfig;
  readonly children: ReactNode;
}

/** What stands around every page of the console. */
export function ConsoleShell({ config, children }: ShellProps) {
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15rem_1fr]">
      <SkipLink />
      <header className="border-b border-line bg-surface lg:sticky lg:top-0 lg:flex lg:h-dvh lg:flex-col lg:border-r lg:border-b-0">
        <div className="flex items-center justify-between px-4 py-3 lg:px-5">
          <BrandMark {...config.brand} />
          <div className="flex items-center gap-1 lg:contents">
            <ThemeToggle />
            <div className="lg:hidden">
              <AccountMenu />
            </div>
          </div>
        </div>
        <Navigation />
        <div className="mt-auto hidden border-t border-line px-5 py-3 lg:block">
          <AccountMenu />
        </div>
      </header>
      <main id="content" className="min-w-0 px-4 py-6 sm:px-8 sm:py-8">
        <SwitchesNotice />
        {children}
      </main>
    </div>
  );
}

/** On a phone it scrolls sideways: where somebody is stays in sight. */
function Navigation() {
  const links = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page, another link.
  useEffect(() => {
    links.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <nav ref={links} aria-label={texts.console} className="flex gap-1 overflow-x-auto px-3 pb-3 lg:grid">
      {NAVIGATION.map(([path, label]) => (
        <NavLink key={path} to={path} className={({ isActive }) => linkClasses(isActive)}>
          {label}
        </NavLink>
      ))}
    </nav>
  );
}

function linkClasses(active: boolean): string {
  return joinClasses(
    'flex min-h-11 items-center rounded-control px-3 text-sm font-medium whitespace-nowrap transition-colors',
    active ? 'bg-accent-soft text-accent-strong' : 'text-muted hover:bg-sunken hover:text-ink',
  );
}
