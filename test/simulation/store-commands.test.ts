import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ManualClock } from '../support/clock.ts';
import { ModelStore } from '../support/store-model.ts';
import { performStep } from './perform-step.ts';
import { OUTBOX_MAX, type Step, steps } from './store-commands.ts';
import { StoreMemory } from './store-memory.ts';

const OUTCOMES = [
  ...['prepare prepared', 'prepare wrong_state'],
  ...['change changed', 'change unchanged', 'change wrong_state', 'change not_found'],
  ...['purchase reserved', 'purchase repeat', 'purchase idempotency_key_reused', 'purchase unknown_sku'],
  ...['purchase limit_exceeded', 'purchase sold_out', 'purchase not_found', 'purchase overloaded'],
  ...['purchase sale_not_started', 'purchase sale_paused', 'purchase sale_ended'],
  ...['purchase not_admitted', 'purchase admission_expired'],
  ...['purchase device_unknown', 'purchase device_limit_exceeded'],
  ...['begin done', 'begin wrong_state', 'begin not_found'],
  ...['decline done', 'decline wrong_state', 'decline not_found'],
  ...['confirm done', 'confirm wrong_state', 'confirm not_found'],
  ...['again done', 'again wrong_state', 'again sold_out', 'again not_found'],
  ...['release done', 'release wrong_state', 'release not_found'],
  ...['expire none', 'expire some', 'due none', 'due some'],
  ...['forget forgotten', 'forget wrong_state', 'forget not_found'],
  ...['join joined', 'join not_found', 'join no_waiting_room'],
  ...['join sale_not_started', 'join sale_ended', 'join sold_out'],
  ...['find joined', 'find no_place', 'find not_found', 'find no_waiting_room'],
  ...['leave left', 'leave not_found', 'call none', 'call some'],
  ...['admit admitted', 'admit repeat', 'admit not_your_turn', 'admit not_found', 'admit used_up'],
  ...['admit sold_out', 'admit sale_not_started', 'admit sale_paused', 'admit sale_ended'],
  ...['gate changed', 'gate unchanged', 'gate wrong_state', 'gate not_found'],
  ...['draw changed', 'draw unchanged', 'draw wrong_state', 'draw not_found'],
];

test('the random histories of the differential test reach every outcome', { timeout: 60_000 }, async () => {
  const reached = new Set<string>();
  for (const history of fc.sample(steps, { seed: 1, numRuns: 300 })) await play(history, reached);
  expect(OUTCOMES.filter((outcome) => !reached.has(outcome))).toEqual([]);
});

async function play(history: readonly Step[], reached: Set<string>): Promise<void> {
  const clock = new ManualClock();
  const model = new ModelStore({ clock: clock.read, outboxMax: OUTBOX_MAX });
  const memory = new StoreMemory();
  for (const [index, step] of history.entries()) {
    if (step.type === 'advance') clock.advance(step.byMs);
    const answer = await performStep(model, step, `step-${index}`, memory);
    memory.note(step, `step-${index}`, answer);
    reached.add(`${step.type} ${nameOf(answer)}`);
  }
}

function nameOf(answer: unknown): string {
  if (Array.isArray(answer)) return answer.length > 0 ? 'some' : 'none';
  if (typeof answer === 'number') return answer > 0 ? 'some' : 'none';
  const outcome = answer as { code?: string; replayed?: boolean } | string | undefined;
  if (typeof outcome !== 'object') return String(outcome);
  return outcome.replayed ? 'repeat' : String(outcome.code);
}
