interface JsonDocumentProps {
  readonly document: unknown;
  readonly label: string;
}

/** A document as it is stored, to read. */
export function JsonDocument({ document, label }: JsonDocumentProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section aria-label={label} tabIndex={0} className="max-h-112 overflow-auto rounded-control bg-sunken p-4">
      <pre className="font-mono text-[0.8125rem] leading-relaxed whitespace-pre">
        {JSON.stringify(document, null, 2)}
      </pre>
    </section>
  );
}
