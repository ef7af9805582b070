import { Suspense } from 'react';
import { Link, Route, Routes, useLocation } from 'react-router';
import type { PageConfig } from '../shared/page-config.ts';
import { LinkContext, type PageLinkProps } from '../shared/page-link.tsx';
import { PageSkeleton } from '../shared/skeleton.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { storefrontPaths as paths } from './paths.ts';
import { storefrontRoutes as routes } from './routes.tsx';
import { StorefrontShell } from './storefront-shell.tsx';

type PageName = keyof typeof paths;

/** The whole storefront, inside of a router. */
export function Storefront({ config }: { readonly config: PageConfig }) {
  const { pathname } = useLocation();
  return (
    <LinkContext value={RouterLink}>
      <StorefrontShell config={config} path={pathname}>
        <Suspense fallback={<PageSkeleton />}>
          <Routes>
            {(Object.keys(paths) as PageName[]).map((name) => {
              const { Page } = routes[name];
              return <Route key={name} path={paths[name]} element={<Page />} />;
            })}
            <Route path="*" element={<NotFoundPage />} />
          </Routes>
        </Suspense>
      </StorefrontShell>
    </LinkContext>
  );
}

function RouterLink({ href, ...rest }: PageLinkProps) {
  return <Link to={href} {...rest} />;
}
