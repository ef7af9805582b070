import { Link } from 'react-router';
import type { Reconciliation } from '#sdk/contract/sale-control.ts';
import { Card } from '../../shared/card.tsx';
import { formatCount } from '../../shared/numbers.ts';
import { shortId } from '../parts/copy-id.tsx';
import { orderPathOf } from '../parts/order-paths.ts';
import { Panel } from '../parts/panel.tsx';
import { type Column, RecordTable } from '../parts/record-table.tsx';
import { VerdictPanel } from '../parts/verdict-panel.tsx';
import { reconciliationTexts as texts } from '../texts/reconciliation-texts.ts';

type Difference = Reconciliation['differences'][number];

/** What a comparison found. */
export function ReconciliationReport({ report }: { readonly report: Reconciliation }) {
  return (
    <>
      <Verdict report={report} />
      <Positions report={report} />
      {report.differences.length > 0 && (
        <Panel title={texts.differences}>
          <div className="-mx-5 sm:-mx-6">
            <RecordTable
              label={texts.differences}
              columns={COLUMNS}
              entries={report.differences}
              keyOf={({ about, id }) => `${about} ${id}`}
            />
          </div>
        </Panel>
      )}
      {report.surplus && <Surplus surplus={report.surplus} />}
    </>
  );
}

function Verdict({ report }: { readonly report: Reconciliation }) {
  const { agrees, compared, differences, store_position: storeAt } = report;
  if (agrees) {
    const detail = texts.agreeDetail(texts.orders(compared.orders), texts.items(compared.items));
    return (
      <VerdictPanel tone="positive" title={texts.agreeTitle}>
        {detail}
      </VerdictPanel>
    );
  }
  if (differences.length > 0) {
    return (
      <VerdictPanel tone="critical" title={texts.differTitle(differences.length)}>
        {texts.differDetail}
      </VerdictPanel>
    );
  }
  const [title, detail] =
    storeAt === null ? [texts.notHeldTitle, texts.notHeldDetail] : [texts.behindTitle, texts.behindDetail];
  return (
    <VerdictPanel tone="caution" title={title}>
      {detail}
    </VerdictPanel>
  );
}

function Positions({
  report: { store_position: storeAt, ledger_position: ledgerAt, compared },
}: {
  readonly report: Reconciliation;
}) {
  const figures = [
    { label: texts.storeAt, value: storeAt === null ? texts.none : formatCount(storeAt) },
    { label: texts.ledgerAt, value: formatCount(ledgerAt) },
    { label: texts.compared, value: `${texts.orders(compared.orders)}, ${texts.items(compared.items)}` },
  ];
  return (
    <Card>
      <dl className="grid gap-px overflow-hidden rounded-card bg-line sm:grid-cols-3">
        {figures.map(({ label, value }) => (
          <div key={label} className="grid gap-1 bg-surface px-6 py-5">
            <dt className="text-xs font-medium text-muted">{label}</dt>
            <dd className="text-xl font-semibold tracking-tight tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

const COLUMNS: readonly Column<Difference>[] = [
  { title: texts.about, place: 'lead', cell: (difference) => <About difference={difference} /> },
  { title: texts.storeSays, place: 'line', cell: ({ store }) => store ?? texts.unknown },
  { title: texts.ledgerSays, place: 'line', cell: ({ ledger }) => ledger ?? texts.unknown },
];

function About({ difference: { about, id } }: { readonly difference: Difference }) {
  if (about === 'item') return `${texts.item} ${id}`;
  return (
    <Link to={orderPathOf(id)} className="font-medium hover:underline">
      {texts.order} <code className="font-mono">{shortId(id)}</code>
    </Link>
  );
}

function Surplus({
  surplus: { backed, given_back: givenBack },
}: {
  readonly surplus: NonNullable<Reconciliation['surplus']>;
}) {
  return (
    <Panel title={texts.surplus}>
      <div className="grid gap-2 text-sm">
        {backed.length + givenBack.length === 0 && <p className="text-muted">{texts.noSurplus}</p>}
        {backed.length > 0 && <p>{texts.backed(backed.length)}</p>}
        {givenBack.length > 0 && <p>{texts.givenBack(givenBack.length)}</p>}
        <ul className="grid gap-1">
          {givenBack.map((id) => (
            <li key={id}>
              <Link to={orderPathOf(id)} className="font-mono underline underline-offset-3">
                {shortId(id)}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}
