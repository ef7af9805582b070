import { Link } from 'react-router';
import type { AuditEntry } from '#sdk/contract/audit.ts';
import { Time } from '../../shared/time.tsx';
import { shortId } from '../parts/copy-id.tsx';
import type { Column } from '../parts/record-table.tsx';
import { actionTexts, auditLogTexts as texts } from '../texts/audit-log-texts.ts';
import { subjectPath } from './subject-path.ts';

export const AUDIT_COLUMNS: readonly Column<AuditEntry>[] = [
  { title: texts.what, place: 'lead', cell: (entry) => <Action entry={entry} /> },
  { title: texts.which, place: 'aside', cell: (entry) => <Subject entry={entry} /> },
  { title: texts.detail, place: 'note', cell: ({ detail }) => <Detail detail={detail} /> },
  {
    title: texts.correlation,
    place: 'desk',
    cell: ({ correlation_id: id }) => (
      <code title={id} className="font-mono text-[0.8125rem] text-muted">
        {shortId(id)}
      </code>
    ),
  },
  { title: texts.when, place: 'note', align: 'end', cell: ({ at }) => <Time at={at} format="second" /> },
];

function Action({ entry: { action, actor } }: { readonly entry: AuditEntry }) {
  return (
    <div className="grid gap-0.5">
      <span className="font-medium">{actionTexts[action] ?? action.replaceAll('_', ' ')}</span>
      <span className="text-muted">{actor}</span>
    </div>
  );
}

function Subject({ entry: { action, subject } }: { readonly entry: AuditEntry }) {
  const path = subjectPath(action, subject);
  const name = UUID.test(subject) ? shortId(subject) : subject;
  if (path === null) return <code className="font-mono text-[0.8125rem] break-all">{name}</code>;
  return (
    <Link to={path} title={subject} className="font-mono text-[0.8125rem] underline underline-offset-3">
      {name}
    </Link>
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function Detail({ detail }: { readonly detail: AuditEntry['detail'] }) {
  const entries = Object.entries(detail);
  if (entries.length === 0) return null;
  return (
    <dl className="grid gap-0.5">
      {entries.map(([name, value]) => (
        <div key={name} className="flex flex-wrap gap-x-1.5">
          <dt className="text-muted">{name.replaceAll('_', ' ')}</dt>
          <dd className="break-words">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
