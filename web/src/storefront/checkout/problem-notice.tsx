import { TidegateProblem } from '#sdk/client.ts';
import { Notice } from '../../shared/notice.tsx';
import { sharedTexts } from '../../shared/texts.ts';
import { CHECKOUT_PROBLEMS } from '../texts/checkout-texts.ts';

/** Why the last wish was not granted; nothing where it was. */
export function ProblemNotice({ problem }: { readonly problem: unknown }) {
  if (problem === null) return null;
  const [title, detail] = problemWords(problem);
  return (
    <div role="alert">
      <Notice tone="critical" title={title}>
        {detail}
      </Notice>
    </div>
  );
}

function problemWords(problem: unknown): readonly [title: string, detail: string] {
  if (!(problem instanceof TidegateProblem)) return [sharedTexts.unreachable, sharedTexts.unreachableDetail];
  return CHECKOUT_PROBLEMS[problem.code] ?? [problem.document?.title ?? sharedTexts.unexpected, problem.detail];
}
