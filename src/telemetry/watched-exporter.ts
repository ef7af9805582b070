import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** Tells how another exporter fares: of a collector that is away once, however often it is tried. */
export class WatchedExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #onChange: (error: Error | null) => void;
  #failing = false;

  /** @param onChange called with the first failure, and with null once spans are taken again */
  constructor(exporter: SpanExporter, onChange: (error: Error | null) => void) {
    this.#exporter = exporter;
    this.#onChange = onChange;
  }

  export(spans: ReadableSpan[], onResult: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      this.#note(result);
      onResult(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  #note({ code, error }: ExportResult): void {
    const failed = code !== ExportResultCode.SUCCESS;
    if (failed === this.#failing) return;
    this.#failing = failed;
    this.#onChange(failed ? (error ?? new Error('the collector did not take the spans')) : null);
  }
}
