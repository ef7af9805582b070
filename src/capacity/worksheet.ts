/** Named numbers that a formula uses. Their names are those in the formula. */
export type Inputs = Readonly<Record<string, number>>;

/** One figure of a plan, and how it comes about. */
export interface Step {
  readonly section: string;
  readonly id: string;
  readonly unit: string;
  readonly value: number;
  /** In the names of `inputs`: `ceil(load / utilisation)`. */
  readonly formula: string;
  readonly inputs: Inputs;
}

/** What a plan computes, step by step, so that it can be shown and checked. */
export class Worksheet {
  readonly #steps: Step[] = [];
  #section = '';

  get steps(): readonly Step[] {
    return this.#steps;
  }

  section(name: string): void {
    this.#section = name;
  }

  /** Notes a figure and returns it. */
  add<Names extends Inputs>(
    id: string,
    unit: string,
    inputs: Names,
    formula: string,
    compute: (inputs: Names) => number,
  ): number {
    const value = compute(inputs);
    this.#steps.push({ section: this.#section, id, unit, value, formula, inputs });
    return value;
  }
}
