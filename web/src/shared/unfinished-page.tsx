import { sharedTexts } from './texts.ts';

/** Stands for a page until its own is there. */
export function UnfinishedPage() {
  return <h1 className="text-2xl font-semibold">{sharedTexts.notYet}</h1>;
}
