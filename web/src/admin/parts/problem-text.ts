import { TidegateProblem } from '#sdk/client.ts';
import { sharedTexts } from '../../shared/texts.ts';

/** What went wrong, in the server's words where it said anything. */
export function problemText(error: unknown): string {
  return error instanceof TidegateProblem ? error.detail : sharedTexts.unreachableDetail;
}
