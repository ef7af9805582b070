import type { DeadLetter } from '#sdk/contract/dead-letter.ts';
import { useApi } from '../../shared/api.tsx';
import { Button } from '../../shared/button.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { SelectField } from '../../shared/field.tsx';
import { ChoiceBar } from '../parts/choice-bar.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { RecordList } from '../parts/record-list.tsx';
import { oneOf, useFilters } from '../parts/use-filters.ts';
import { usePages } from '../parts/use-pages.ts';
import { useSelection } from '../parts/use-selection.ts';
import { useRole } from '../session/use-role.ts';
import { deadLetterKindTexts, deadLetterStateTexts, deadLetterTexts as texts } from '../texts/dead-letter-texts.ts';
import { deadLetterColumns } from './dead-letter-columns.tsx';
import { ResolveSelected } from './resolve-selected.tsx';

type State = DeadLetter['state'];

const STATES = Object.entries(deadLetterStateTexts) as [State, string][];

interface Narrowed {
  readonly state: State | null;
  readonly kind: DeadLetter['kind'] | null;
  readonly orderId: string | null;
}

/** What could not be processed. Open ones unless somebody asks for others. */
export function DeadLettersPage() {
  const role = useRole();
  const { filters, setFilter } = useFilters(['state', 'kind', 'order']);
  const state = filters.state === 'all' ? null : (oneOf(filters.state, deadLetterStateTexts) ?? 'open');
  const kind = oneOf(filters.kind, deadLetterKindTexts);
  const pages = useDeadLetters({ state, kind, orderId: filters.order });
  const selection = useSelection();
  const ids = pages.entries.map((letter) => letter.dead_letter_id);
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <ChoiceBar
          label={texts.filterState}
          choices={STATES}
          value={state}
          onChange={(chosen) => setFilter('state', chosen ?? 'all')}
        />
        <KindFilter value={kind} onChange={(chosen) => setFilter('kind', chosen)} />
      </div>
      {filters.order !== null && <OfOneOrder onShowAll={() => setFilter('order', null)} />}
      <div className="grid gap-4">
        <RecordList
          label={texts.list}
          pages={pages}
          columns={deadLetterColumns(role === 'operator' ? selection : null)}
          keyOf={(letter) => letter.dead_letter_id}
          empty={state === 'open' && !kind && !filters.order ? <NothingOpen /> : <NoMatch />}
        />
        {role === 'operator' && <ResolveSelected selection={selection} ids={ids} />}
      </div>
    </>
  );
}

function useDeadLetters({ state, kind, orderId }: Narrowed) {
  const api = useApi();
  return usePages(['dead-letters', state, kind, orderId], async (page) => {
    const filter = { ...(state && { state }), ...(kind && { kind }), ...(orderId && { order_id: orderId }) };
    const answer = await api.listDeadLetters({ ...filter, ...page });
    return { entries: answer.dead_letters, next_cursor: answer.next_cursor };
  });
}

interface KindFilterProps {
  readonly value: string | null;
  readonly onChange: (kind: string | null) => void;
}

function KindFilter({ value, onChange }: KindFilterProps) {
  return (
    <div className="w-full sm:w-52">
      <SelectField
        label={texts.filterKind}
        labelHidden
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">{texts.anyKind}</option>
        {Object.entries(deadLetterKindTexts).map(([kind, text]) => (
          <option key={kind} value={kind}>
            {text}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

function OfOneOrder({ onShowAll }: { readonly onShowAll: () => void }) {
  return (
    <p className="mb-3 flex items-center gap-2 text-sm text-muted">
      {texts.ofOrder}
      <Button look="quiet" onClick={onShowAll}>
        {texts.showAll}
      </Button>
    </p>
  );
}

function NothingOpen() {
  return <EmptyState title={texts.emptyTitle}>{texts.emptyDetail}</EmptyState>;
}

function NoMatch() {
  return <EmptyState title={texts.noMatchTitle}>{texts.noMatchDetail}</EmptyState>;
}
