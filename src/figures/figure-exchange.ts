/** What has been answered in one sale since a gateway began to count, which only grows. */
export interface SaleFigures {
  /** By outcome: `reserved`, or the code of the problem. */
  readonly purchases: Readonly<Record<string, number>>;
  /** Answers of any kind that are no decision but a failure of ours. */
  readonly faults: number;
  /** Purchases by the time that the answer took: as many as `SECONDS_BOUNDS`, and one for the slower ones. */
  readonly seconds: readonly number[];
}

/** Upper bounds of the times that are told apart. */
export const SECONDS_BOUNDS: readonly number[] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** Where gateways tell each other what they have counted. */
export interface FigureExchange {
  /** Takes the place of what this gateway has told of the sale before. */
  publish(saleId: string, figures: SaleFigures): Promise<void>;
  /** As each gateway told last, also those that have stopped since. */
  readAll(saleId: string): Promise<readonly SaleFigures[]>;
  close(): Promise<void>;
}
