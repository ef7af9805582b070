import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OrderRef } from '../../src/store/store.ts';
import { ManualClock } from '../support/clock.ts';
import { ModelStore } from '../support/store-model.ts';
import { OUTBOX_MAX, perform, refOf, type Step, steps } from './store-commands.ts';

const OUTCOMES = [
  ...['prepare prepared', 'prepare wrong_state'],
  ...['change changed', 'change unchanged', 'change wrong_state', 'change not_found'],
  ...['purchase reserved', 'purchase repeat', 'purchase idempotency_key_reused', 'purchase unknown_sku'],
  ...['purchase limit_exceeded', 'purchase sold_out', 'purchase not_found', 'purchase overloaded'],
  ...['purchase sale_not_started', 'purchase sale_paused', 'purchase sale_ended'],
  ...['begin done', 'begin wrong_state', 'begin not_found'],
  ...['decline done', 'decline wrong_state', 'decline not_found'],
  ...['confirm done', 'confirm wrong_state', 'confirm not_found'],
  ...['again done', 'again wrong_state', 'again sold_out', 'again not_found'],
  ...['release done', 'release wrong_state', 'release not_found'],
  ...['expire none', 'expire some', 'due none', 'due some'],
  ...['forget forgotten', 'forget wrong_state', 'forget not_found'],
];

test('the random histories of the differential test reach every outcome', { timeout: 60_000 }, async () => {
  const reached = new Set<string>();
  for (const history of fc.sample(steps, { seed: 1, numRuns: 200 })) await play(history, reached);
  expect(OUTCOMES.filter((outcome) => !reached.has(outcome))).toEqual([]);
});

async function play(history: readonly Step[], reached: Set<string>): Promise<void> {
  const clock = new ManualClock();
  const model = new ModelStore({ clock: clock.read, outboxMax: OUTBOX_MAX });
  const orders: OrderRef[] = [];
  for (const [index, step] of history.entries()) {
    if (step.type === 'advance') clock.advance(step.byMs);
    const ref = refOf(orders, step, `step-${index}`);
    reached.add(`${step.type} ${nameOf(await perform(model, step, ref, 'c'))}`);
    if (step.type === 'purchase' && (await model.readOrder(ref))) orders.unshift(ref);
  }
}

function nameOf(answer: unknown): string {
  if (Array.isArray(answer)) return answer.length > 0 ? 'some' : 'none';
  if (typeof answer === 'number') return answer > 0 ? 'some' : 'none';
  const outcome = answer as { code?: string; replayed?: boolean } | string | undefined;
  if (typeof outcome !== 'object') return String(outcome);
  return outcome.replayed ? 'repeat' : String(outcome.code);
}
