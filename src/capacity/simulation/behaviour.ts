/** How people and bots behave, and how long others take. Assumptions, all of them. */
export interface Behaviour {
  /** Who has no answer by then has left, and the work is for nothing. */
  readonly patienceMs: number;
  /** Between two looks at the shared status, and a random part on top: src/http/public/poll-advice.ts. */
  readonly pollMs: number;
  readonly pollJitterMs: number;
  /** From being let in to the click. */
  readonly clickMs: number;
  /** Of those who reserve: never pay. */
  readonly abandonShare: number;
  /** Between any two machines, one way. */
  readonly networkMs: number;
  /** Of the payment service, for a payment. */
  readonly providerMs: number;
  /** Of the crowd that joins, before the part that is played out. */
  readonly playedBeforeStartMs: number;
}

export const BEHAVIOUR: Behaviour = {
  patienceMs: 5_000,
  pollMs: 2_000,
  pollJitterMs: 1_000,
  clickMs: 1_500,
  abandonShare: 0.1,
  networkMs: 0.25,
  providerMs: 300,
  playedBeforeStartMs: 30_000,
};
