import { TidegateProblem } from '#sdk/client.ts';
import type { Sale } from '#sdk/contract/sale.ts';
import { Button, buttonClasses } from '../../shared/button.tsx';
import { Card } from '../../shared/card.tsx';
import { Money } from '../../shared/money.tsx';
import { Notice } from '../../shared/notice.tsx';
import { PageLink } from '../../shared/page-link.tsx';
import { type BasketLine, totalOf } from '../buyer/basket.ts';
import { keptPurchase } from '../buyer/kept-checkout.ts';
import { mustSignIn, signInFacts } from '../buyer/sign-in.ts';
import { SignInLink } from '../buyer/sign-in-link.tsx';
import { TimeLeft } from '../live/time-left.tsx';
import { checkoutTexts as texts } from '../texts/checkout-texts.ts';
import { signInWords } from '../texts/sign-in-texts.ts';
import { ProblemNotice } from './problem-notice.tsx';
import type { CheckoutVisit } from './use-checkout.ts';

interface SummaryProps {
  readonly sale: Sale;
  readonly lines: readonly BasketLine[];
  readonly visit: CheckoutVisit;
  readonly nowMs: number;
  readonly onClear: () => void;
}

/** What the basket comes to, and the way on. */
export function BasketSummary({ sale, lines, visit, nowMs, onClear }: SummaryProps) {
  const { units, totalMinor, savedMinor } = totalOf(lines);
  const isLive = (visit.status?.phase ?? sale.phase) === 'live';
  const busy = visit.asking === 'reserve';
  const reserve = () =>
    visit.reserve(
      lines.filter(({ quantity }) => quantity > 0).map(({ item, quantity }) => ({ sku_id: item.sku_id, quantity })),
    );
  return (
    <Card className="grid gap-5 p-6 lg:sticky lg:top-6">
      <div className="flex items-baseline justify-between gap-4">
        <h2 className="text-lg font-semibold">{texts.summary}</h2>
        {visit.admittedUntilMs !== null && (
          <p className="text-sm text-muted">
            {texts.timeToReserve}{' '}
            <TimeLeft untilMs={visit.admittedUntilMs} nowMs={nowMs} className="font-semibold text-ink" />
          </p>
        )}
      </div>
      <dl className="grid gap-2">
        <Row label={texts.units(units)}>
          <Money minor={totalMinor + savedMinor} currency={sale.currency} />
        </Row>
        {savedMinor > 0 && (
          <Row label={texts.saved}>
            <span className="text-positive">
              −<Money minor={savedMinor} currency={sale.currency} />
            </span>
          </Row>
        )}
        <div className="flex items-baseline justify-between gap-4 border-t border-line pt-3">
          <dt className="font-semibold">{texts.total}</dt>
          <dd className="text-2xl font-semibold tracking-tight">
            <Money minor={totalMinor} currency={sale.currency} />
          </dd>
        </div>
      </dl>
      {visit.admittedUntilMs === null && mustSignIn() ? (
        <SignIn />
      ) : hasNoAnswer(visit) ? (
        <NoAnswer busy={busy} onAgain={visit.reserveAgain} />
      ) : (
        <>
          <ProblemNotice problem={visit.problem} />
          <div className="grid gap-2">
            <Button size="large" busy={busy} disabled={units === 0 || !isLive} onClick={reserve}>
              {busy ? texts.reserving : texts.reserve}
            </Button>
            <p className="text-center text-sm text-muted">
              {units === 0 ? texts.emptyBasket : texts.reserveHint(Math.ceil(sale.reservation_seconds / 60))}
            </p>
          </div>
          {units > 0 ? (
            <Button look="quiet" disabled={busy} onClick={onClear}>
              {texts.clear}
            </Button>
          ) : (
            <PageLink href={`/sales/${sale.sale_id}`} className={buttonClasses({ look: 'quiet' })}>
              {texts.backToSale}
            </PageLink>
          )}
        </>
      )}
    </Card>
  );
}

/** In the place of the button that would be refused. */
function SignIn() {
  const [title, detail] = signInWords('basket', signInFacts());
  return (
    <div role="status" className="grid gap-3">
      <Notice tone="accent" title={title}>
        {detail}
      </Notice>
      <SignInLink />
    </div>
  );
}

/** A request went out and nobody knows whether it had an effect: only the same one may follow. */
function hasNoAnswer({ problem, sale }: CheckoutVisit): boolean {
  const isRefused = problem instanceof TidegateProblem && problem.status < 500;
  return problem !== null && !isRefused && sale !== null && keptPurchase(sale.sale_id) !== null;
}

function NoAnswer({ busy, onAgain }: { readonly busy: boolean; readonly onAgain: () => void }) {
  return (
    <div role="alert" className="grid gap-3">
      <Notice tone="caution" title={texts.unknownAnswer}>
        {texts.unknownAnswerDetail}
      </Notice>
      <Button size="large" busy={busy} onClick={onAgain}>
        {texts.askAgain}
      </Button>
    </div>
  );
}

function Row({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className="text-muted">{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
