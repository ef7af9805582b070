import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';

const Rate = Type.Number({ minimum: 0, maximum: 1 });
const Duration = Type.Integer({ minimum: 0, maximum: 86_400_000 });

/** How the simulation behaves; docs/payment-protocol.md tells of each field. */
export const Behaviour = Type.Object(
  {
    latency_ms: Duration,
    decline_rate: Rate,
    timeout_rate: Rate,
    duplicate_callback_rate: Rate,
    outage: Type.Boolean(),
    settle_ms: Duration,
    late_ms: Duration,
    seed: Type.Integer(),
  },
  { additionalProperties: false },
);
export type Behaviour = Static<typeof Behaviour>;

export const BehaviourChange = Type.Partial(Behaviour, { additionalProperties: false });
export type BehaviourChange = Static<typeof BehaviourChange>;

export const DEFAULT_BEHAVIOUR: Behaviour = {
  latency_ms: 0,
  decline_rate: 0,
  timeout_rate: 0,
  duplicate_callback_rate: 0,
  outage: false,
  settle_ms: 1_000,
  late_ms: 30_000,
  seed: 1,
};

/** What becomes of an authorisation. `hang`: it is settled like a pending one, but the call gets no answer. */
export type Scenario = 'approve' | 'decline' | 'hang' | 'pending' | 'late' | 'unavailable';

const SCENARIO_OF_METHOD: ReadonlyMap<string, Scenario> = new Map([
  ['pm_declined', 'decline'],
  ['pm_timeout', 'hang'],
  ['pm_pending', 'pending'],
  ['pm_late', 'late'],
  ['pm_unavailable', 'unavailable'],
  ['pm_capture_fails', 'approve'],
  ['pm_duplicate', 'approve'],
]);

/** Methods without a fate of their own, `pm_ok` among them, meet the configured rates. */
export function scenarioOf(paymentMethod: string, attemptId: string, behaviour: Behaviour): Scenario {
  const fixed = SCENARIO_OF_METHOD.get(paymentMethod);
  if (fixed !== undefined) return fixed;
  if (chance(behaviour.seed, 'decline', attemptId) < behaviour.decline_rate) return 'decline';
  if (chance(behaviour.seed, 'timeout', attemptId) < behaviour.timeout_rate) return 'hang';
  return 'approve';
}

/** How often the callback that tells of one change is sent. */
export function callbackCopies(paymentMethod: string, attemptId: string, behaviour: Behaviour): number {
  if (paymentMethod === 'pm_duplicate') return 3;
  return chance(behaviour.seed, 'duplicate', attemptId) < behaviour.duplicate_callback_rate ? 2 : 1;
}

/** In `[0, 1)`. Drawn from the attempt, not from a sequence: its fate depends neither on the order of calls nor on a restart. */
function chance(seed: number, purpose: string, attemptId: string): number {
  return createHash('sha256').update(`${seed}:${purpose}:${attemptId}`).digest().readUInt32BE(0) / 2 ** 32;
}
