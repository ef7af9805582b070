import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { ApiContext } from '../shared/api.tsx';
import { readPageConfig } from '../shared/page-config.ts';
import { createQueryClient } from '../shared/query-client.ts';
import { Console } from './console.tsx';
import { Toasts } from './parts/toasts.tsx';
import { createConsoleClient } from './session/console-client.ts';
import { SESSION_KEY } from './session/use-session.ts';
import '../shared/theme.css';

const root = document.getElementById('root');
if (root) {
  const queries = createQueryClient();
  const client = createConsoleClient(() => void queries.invalidateQueries({ queryKey: SESSION_KEY }));
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <ApiContext value={client}>
          <BrowserRouter>
            <Toasts>
              <Console config={readPageConfig()} />
            </Toasts>
          </BrowserRouter>
        </ApiContext>
      </QueryClientProvider>
    </StrictMode>,
  );
}
