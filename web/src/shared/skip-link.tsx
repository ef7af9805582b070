import { sharedTexts } from './texts.ts';

/** Takes whoever goes by keyboard past what stands on every page, to the element with the id `content`. */
export function SkipLink() {
  return (
    <a
      href="#content"
      className="sr-only z-50 rounded-control bg-accent px-4 py-3 font-semibold text-accent-ink focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
    >
      {sharedTexts.skipToContent}
    </a>
  );
}
