import { Button, buttonClasses } from '../../shared/button.tsx';
import { SignInLink } from '../buyer/sign-in-link.tsx';
import { waitingTexts as texts } from '../texts/waiting-texts.ts';
import { LeaveLine } from './leave-line.tsx';
import type { Waiting } from './use-waiting-room.ts';
import type { Headline } from './waiting-facts.ts';

interface ActionsProps {
  readonly headline: Headline;
  readonly saleId: string;
  readonly waiting: Waiting;
}

/** What the buyer can do where they stand. Links leave this small page for the storefront. */
export function WaitingActions({ headline, saleId, waiting }: ActionsProps) {
  const checkout = `/sales/${saleId}/checkout`;
  switch (headline) {
    case 'signedOut':
      return <SignInLink className="w-full sm:w-fit" />;
    case 'outside':
      return <Main onClick={waiting.join}>{texts.join}</Main>;
    case 'refused':
      return <Main onClick={waiting.join}>{texts.joinAgain}</Main>;
    case 'lapsed':
      return <Main onClick={waiting.comeIn}>{texts.comeIn}</Main>;
    case 'admitted':
    case 'noRoom':
      return <MainLink href={checkout}>{texts.goToCheckout}</MainLink>;
    case 'done':
      return <MainLink href="/orders">{texts.myOrders}</MainLink>;
    case 'soldOut':
    case 'ended':
    case 'cancelled':
      return <MainLink href={`/sales/${saleId}`}>{texts.backToSale}</MainLink>;
    case 'inLine':
    case 'drawPending':
    case 'paused':
    case 'soldOutForNow':
      return <LineActions saleId={saleId} waiting={waiting} />;
    default:
      return null;
  }
}

function LineActions({ saleId, waiting }: { readonly saleId: string; readonly waiting: Waiting }) {
  if (waiting.stage.name !== 'in_line' && waiting.stage.name !== 'called') return null;
  const isDrawn = waiting.status?.draw?.seed != null;
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
      {isDrawn && (
        <a href={`/sales/${saleId}/verify`} className={buttonClasses({ look: 'secondary' })}>
          {texts.verifyDraw}
        </a>
      )}
      <LeaveLine onLeave={waiting.leave} />
    </div>
  );
}

function Main(props: { readonly onClick: () => void; readonly children: string }) {
  return <Button size="large" className="w-full sm:w-fit" {...props} />;
}

function MainLink({ href, children }: { readonly href: string; readonly children: string }) {
  return (
    <a href={href} className={`${buttonClasses({ size: 'large' })} w-full sm:w-fit`}>
      {children}
    </a>
  );
}
