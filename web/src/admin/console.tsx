import { Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { EmptyState } from '../shared/empty-state.tsx';
import type { PageConfig } from '../shared/page-config.ts';
import { PageSkeleton } from '../shared/skeleton.tsx';
import { ConsoleShell } from './console-shell.tsx';
import { adminPaths as paths } from './paths.ts';
import { adminRoutes as routes } from './routes.tsx';
import { SessionGate } from './session/session-gate.tsx';
import { texts } from './texts.ts';

type PageName = keyof typeof routes;

/** The whole console, inside of a router. */
export function Console({ config }: { readonly config: PageConfig }) {
  return (
    <SessionGate>
      <ConsoleShell config={config}>
        <Suspense fallback={<PageSkeleton />}>
          <Routes>
            <Route path={paths.home} element={<Navigate replace to={paths.sales} />} />
            {(Object.keys(routes) as PageName[]).map((name) => {
              const { Page } = routes[name];
              return <Route key={name} path={paths[name]} element={<Page />} />;
            })}
            <Route
              path="*"
              element={
                <EmptyState isPage title={texts.notFoundTitle}>
                  {texts.notFoundDetail}
                </EmptyState>
              }
            />
          </Routes>
        </Suspense>
      </ConsoleShell>
    </SessionGate>
  );
}
