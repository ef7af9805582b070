import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { readPageConfig } from '../shared/page-config.ts';
import { createQueryClient } from '../shared/query-client.ts';
import { Toasts } from '../shared/toasts.tsx';
import { Console } from './console.tsx';
import '../shared/theme.css';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={createQueryClient()}>
        <BrowserRouter>
          <Toasts>
            <Console config={readPageConfig()} />
          </Toasts>
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  );
}
