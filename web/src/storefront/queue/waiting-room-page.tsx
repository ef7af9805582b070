import { useApi } from '../../shared/api.tsx';
import { Card } from '../../shared/card.tsx';
import { joinClasses } from '../../shared/join-classes.ts';
import { useServerNow } from '../../shared/server-clock.ts';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { waitingTexts as texts } from '../texts/waiting-texts.ts';
import { headlineWords } from './headline-words.ts';
import { NextSteps } from './next-steps.tsx';
import { useTurnAnnouncement } from './use-turn-announcement.ts';
import { useWaitingRoom, type Waiting } from './use-waiting-room.ts';
import { WaitingActions } from './waiting-actions.tsx';
import { WaitingBasket } from './waiting-basket.tsx';
import { type Headline, headlineOf, peopleAhead } from './waiting-facts.ts';
import { WaitingFigures } from './waiting-figures.tsx';
import { WaitingFooter } from './waiting-footer.tsx';

/** The waiting room of a sale. It needs nothing of the storefront around it. */
export function WaitingRoomPage({ saleId }: { readonly saleId: string }) {
  const waiting = useWaitingRoom(saleId);
  return waiting ? <Scene saleId={saleId} waiting={waiting} /> : <PageSkeleton />;
}

const TURN: ReadonlySet<Headline> = new Set(['called', 'admitted']);

function Scene({ saleId, waiting }: { readonly saleId: string; readonly waiting: Waiting }) {
  const nowMs = useServerNow(useApi());
  const headline = headlineOf(waiting);
  const isTurn = TURN.has(headline);
  const saleName = waiting.sale?.name ?? null;
  useTurnAnnouncement(saleName, peopleAhead(waiting), isTurn);
  const [title, detail] = headlineWords(headline, waiting);
  return (
    <div className="mx-auto grid max-w-5xl items-start gap-6 lg:grid-cols-[minmax(0,1fr)_19rem] lg:gap-8">
      <div className="grid gap-8">
        <Card className={joinClasses('overflow-hidden', isTurn && 'ring-2 ring-accent')}>
          <div className="grid gap-8 p-6 sm:p-10">
            <header className="grid gap-2">
              <p className="text-sm font-medium text-muted">{saleName ?? texts.eyebrow}</p>
              <div role="status" className="grid gap-2">
                <h1 className="text-3xl font-semibold tracking-tight text-balance sm:text-4xl">{title}</h1>
                {detail && <p className="max-w-prose text-muted">{detail}</p>}
              </div>
            </header>
            <WaitingFigures headline={headline} waiting={waiting} nowMs={nowMs} />
            <WaitingActions headline={headline} saleId={saleId} waiting={waiting} />
          </div>
          <WaitingFooter headline={headline} waiting={waiting} />
        </Card>
        <WaitingBasket headline={headline} saleId={saleId} waiting={waiting} />
      </div>
      <NextSteps headline={headline} />
    </div>
  );
}
