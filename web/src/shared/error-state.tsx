import { TidegateProblem } from '#sdk/client.ts';
import { Button } from './button.tsx';
import { sharedTexts } from './texts.ts';

interface ErrorStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** Something could not be shown: what happened, what to do, and the id that names it in the server's log. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const problem = error instanceof TidegateProblem ? error : null;
  return (
    <div role="alert" className="grid justify-items-center gap-3 rounded-card bg-critical-soft px-6 py-12 text-center">
      <p className="text-lg font-semibold">
        {problem ? (problem.document?.title ?? sharedTexts.unexpected) : sharedTexts.unreachable}
      </p>
      <p className="max-w-prose text-muted">{problem ? problem.detail : sharedTexts.unreachableDetail}</p>
      {problem?.correlationId && <p className="font-mono text-xs text-muted">{problem.correlationId}</p>}
      {onRetry && (
        <Button look="secondary" onClick={onRetry}>
          {sharedTexts.retry}
        </Button>
      )}
    </div>
  );
}
