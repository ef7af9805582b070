/** What a visit has come to, told to whoever shows it. */
export class VisitState<State extends object> {
  readonly #listeners = new Set<() => void>();
  #now: State;

  constructor(atFirst: State) {
    this.#now = atFirst;
  }

  readonly read = (): State => this.#now;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  change(part: Partial<State>): void {
    this.#now = { ...this.#now, ...part };
    for (const listener of this.#listeners) listener();
  }
}
