import { generatePath, Link } from 'react-router';
import type { AuditReport } from '#sdk/contract/audit.ts';
import { Badge, type Tone } from '../../shared/badge.tsx';
import { formatCount } from '../../shared/numbers.ts';
import { shortId } from '../parts/copy-id.tsx';
import { adminPaths as paths } from '../paths.ts';
import { invariantTexts, auditTexts as texts } from '../texts/audit-texts.ts';

type Result = AuditReport['invariants'][number];

interface InvariantRowProps {
  readonly name: string;
  /** Null: it was not checked. */
  readonly result: Result | null;
}

/** One invariant: what it says, and whether it holds. */
export function InvariantRow({ name, result }: InvariantRowProps) {
  const { code, title, meaning } = invariantTexts[name] ?? { code: null, title: name, meaning: result?.description };
  const [tone, verdict] = verdictOf(result);
  return (
    <li className="grid grid-cols-[2.25rem_minmax(0,1fr)_auto] gap-x-3 gap-y-0.5 px-5 py-4 sm:px-6">
      <span className="text-sm font-semibold text-muted tabular-nums">{code}</span>
      <h2 className="text-sm font-semibold">{title}</h2>
      <span>
        <Badge tone={tone}>{verdict}</Badge>
      </span>
      <p className="col-start-2 col-end-4 max-w-prose text-sm text-pretty text-muted sm:col-end-3">{meaning}</p>
      {result && (
        <p className="col-start-2 text-xs text-muted tabular-nums sm:col-start-3 sm:text-right">
          {texts.checked(formatCount(result.checked))}
        </p>
      )}
      {result && result.violations.length > 0 && <Violations violations={result.violations} />}
    </li>
  );
}

/** What had nothing to look at has not been shown to hold. */
function verdictOf(result: Result | null): [Tone, string] {
  if (!result) return ['neutral', texts.notRun];
  if (!result.ok) return ['critical', texts.fail];
  return result.checked === 0 ? ['caution', texts.unproven] : ['positive', texts.pass];
}

const SHOWN = 20;

function Violations({ violations }: { readonly violations: Result['violations'] }) {
  return (
    <div className="col-start-1 col-end-4 mt-2 grid gap-1 sm:col-start-2 rounded-control bg-critical-soft px-4 py-3 text-sm">
      <p className="font-semibold text-critical">{texts.violations}</p>
      <ul className="grid gap-1">
        {violations.slice(0, SHOWN).map(({ sale_id: saleId, detail }) => (
          <li key={`${saleId} ${detail}`} className="break-words">
            {saleId && (
              <Link to={generatePath(paths.sale, { saleId })} className="font-mono underline underline-offset-3">
                {shortId(saleId)}
              </Link>
            )}{' '}
            {detail}
          </li>
        ))}
      </ul>
      {violations.length > SHOWN && <p className="text-muted">{texts.more(violations.length - SHOWN)}</p>}
    </div>
  );
}
