import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { readPageConfig } from '../../shared/page-config.ts';
import { recogniseBuyer } from '../buyer/sign-in.ts';
import { StorefrontShell } from '../storefront-shell.tsx';
import { adoptHeldPlace } from './held-place.ts';
import { WaitingRoomPage } from './waiting-room-page.tsx';
import '../../shared/theme.css';
import './plain-page.css';

const [saleId = ''] = location.pathname.split('/').slice(2);
const root = document.getElementById('root');
if (root) {
  recogniseBuyer();
  adoptHeldPlace(saleId);
  createRoot(root).render(
    <StrictMode>
      <StorefrontShell config={readPageConfig()} path={location.pathname}>
        <WaitingRoomPage saleId={decodeURIComponent(saleId)} />
      </StorefrontShell>
    </StrictMode>,
  );
}
