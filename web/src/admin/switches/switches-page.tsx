import { Card } from '../../shared/card.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { Time } from '../../shared/time.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { Panel } from '../parts/panel.tsx';
import { ViewerHint } from '../session/viewer-hint.tsx';
import { switchesByName, switchTexts as texts } from '../texts/switch-texts.ts';
import { SwitchRow } from './switch-row.tsx';
import { SWITCH_NAMES, type Throw, useSwitches, useThrows } from './use-switches.ts';

export function SwitchesPage() {
  const { data: switches, error, refetch } = useSwitches();
  const { data: throws = [] } = useThrows();
  return (
    <div className="max-w-4xl">
      <PageHeader title={texts.title} lead={texts.lead} />
      <ViewerHint />
      {switches ? (
        <div className="grid gap-6">
          <Card>
            <ul className="divide-y divide-line">
              {SWITCH_NAMES.map((name) => (
                <SwitchRow
                  key={name}
                  name={name}
                  on={switches[name]}
                  last={throws.find((one) => one.name === name) ?? null}
                />
              ))}
            </ul>
          </Card>
          <History throws={throws} />
        </div>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <PageSkeleton />
      )}
    </div>
  );
}

function History({ throws }: { readonly throws: readonly Throw[] }) {
  return (
    <Panel title={texts.history}>
      {throws.length === 0 ? (
        <p className="text-sm text-muted">{texts.historyEmpty}</p>
      ) : (
        <ol className="grid gap-3 text-sm">
          {throws.slice(0, 12).map(({ id, name, on, at, actor }) => (
            <li key={id} className="flex flex-wrap justify-between gap-x-6">
              <span className={on ? undefined : 'font-medium text-critical'}>
                {texts.historyLine(switchesByName[name].name, on)}
              </span>
              <span className="text-muted">
                {actor}, <Time at={at} format="second" />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
