import { build } from 'hdr-histogram-js';
import type { Assumptions, Crowd, Design } from '../crowd.ts';
import type { Figures } from '../figures.ts';
import { Agenda } from './agenda.ts';
import type { Behaviour } from './behaviour.ts';
import { Chance } from './chance.ts';
import { Core, Usage } from './core.ts';
import { type Costs, costsOf } from './costs.ts';
import { demandOf, type Stream } from './demand.ts';
import { type Batch, Gateway, type Request } from './gateway.ts';
import { quantilesOf, record, type SimulationResult } from './result.ts';
import { MOMENT_MS, Timeline } from './timeline.ts';

export interface SimulationInput {
  readonly design: Design;
  readonly crowd: Crowd;
  readonly assumptions: Assumptions;
  readonly figures: Figures;
  readonly behaviour: Behaviour;
  readonly gateways: number;
  readonly processors: number;
  /** Until autoscaling has brought the others; null: all are there from the beginning. */
  readonly late: { readonly gateways: number; readonly untilSeconds: number } | null;
  /** Numbers in [0, 1) that a seed determines. */
  readonly random: () => number;
}

interface Work {
  readonly costMs: number;
  readonly done: () => void;
}

/** Arrivals of this time come together, spread evenly over it. */
const SLOT_MS = 1;
/** After the last who come by themselves. */
const LATECOMERS_MS = 30_000;
/** Of the time in which all pay, the mean. */
const PAY_MEAN = 1 / 3;

/** Plays a sale from the first who join to the last who pay. The same input and the same numbers give the same result. */
export function simulateSale(input: SimulationInput): SimulationResult {
  return new SimulatedSale(input).run();
}

class SimulatedSale {
  readonly #input: SimulationInput;
  readonly #chance: Chance;
  readonly #streams: readonly Stream[];
  readonly #agenda: Agenda;
  readonly #timeline = new Timeline();
  readonly #costs: Costs;
  readonly #gateways: readonly Gateway[];
  readonly #processors: readonly Core<Work>[];
  readonly #redis: Core<Batch>;
  readonly #usage: { readonly gateways: Usage; readonly redis: Usage; readonly processors: Usage };
  readonly #purchaseMicros = build({ numberOfSignificantValueDigits: 3 });
  readonly #payMicros = build({ numberOfSignificantValueDigits: 3 });
  #unitsLeft: number;
  #called = 0;
  #requests = 0;
  #batches = 0;
  #batched = 0;
  #reservedByBots = 0;
  #paid = 0;
  #abandoned = 0;
  #soldOutMs: number | null = null;
  #ledgerMs = 0;

  constructor(input: SimulationInput) {
    const { crowd, assumptions, design, behaviour, gateways, processors, random } = input;
    this.#input = input;
    this.#chance = new Chance(random);
    this.#streams = demandOf(design, crowd, assumptions, behaviour);
    this.#agenda = new Agenda(Math.min(...this.#streams.map(({ fromMs }) => fromMs)));
    this.#unitsLeft = crowd.units;
    this.#costs = costsOf(design, input.figures, assumptions);
    this.#usage = {
      gateways: new Usage(() => this.#gatewaysNow()),
      redis: new Usage(() => 1),
      processors: new Usage(() => processors),
    };
    this.#gateways = Array.from({ length: gateways }, () => this.#gateway());
    this.#redis = this.#redisCore();
    this.#processors = Array.from({ length: processors }, () => this.#processor());
  }

  run(): SimulationResult {
    for (const stream of this.#streams) {
      this.#agenda.after(stream.fromMs - this.#agenda.nowMs, () => this.#arrive(stream));
    }
    if (this.#input.design === 'room') this.#agenda.after(-this.#agenda.nowMs, () => this.#call());
    this.#watch();
    this.#agenda.run();
    return this.#result();
  }

  #gateway(): Gateway {
    const { limits, gateway } = this.#costs;
    return new Gateway({
      agenda: this.#agenda,
      usage: this.#usage.gateways,
      costMs: ({ kind }) => gateway[kind],
      needsRedis: ({ kind }) => limits > 0 || (kind !== 'turned_away' && kind !== 'status'),
      send: (batch) => this.#sendToRedis(batch),
      answer: (requests) => this.#timeline.answered(requests.length),
    });
  }

  #redisCore(): Core<Batch> {
    const answer = (batch: Batch | undefined) => batch && this.#answer(batch);
    return new Core({
      agenda: this.#agenda,
      usage: this.#usage.redis,
      maxTurn: 1,
      weight: ({ requests }) => requests.length,
      costMs: (batch) => this.#decide(batch),
      done: ([batch]) => this.#agenda.after(this.#input.behaviour.networkMs, () => answer(batch)),
    });
  }

  #sendToRedis(batch: Batch): void {
    this.#batches += 1;
    this.#batched += batch.requests.length;
    this.#agenda.after(this.#input.behaviour.networkMs, () => this.#redis.offer(batch));
  }

  #processor(): Core<Work> {
    return new Core({
      agenda: this.#agenda,
      usage: this.#usage.processors,
      maxTurn: 1,
      costMs: ({ costMs }) => costMs,
      done: ([work]) => work?.done(),
    });
  }

  #arrive(stream: Stream): void {
    const { nowMs } = this.#agenda;
    if (nowMs >= stream.untilMs) return;
    const count = this.#chance.arrivals((stream.rate(nowMs) * SLOT_MS) / 1_000);
    for (let index = 0; index < count; index++) this.#send({ kind: stream.kind, byBots: stream.byBots, sentMs: nowMs });
    this.#agenda.after(SLOT_MS, () => this.#arrive(stream));
  }

  #send(request: Request): void {
    this.#requests += 1;
    this.#timeline.asked(1);
    this.#gateways[Math.floor(this.#chance.below(this.#gatewaysNow()))]?.offer(request);
  }

  #gatewaysNow(): number {
    const { late, gateways } = this.#input;
    return late && this.#agenda.nowMs < late.untilSeconds * 1_000 ? late.gateways : gateways;
  }

  /** Milliseconds of Redis' core. */
  #decide({ requests }: Batch): number {
    const { script, limits } = this.#costs;
    const begins = requests.some(({ kind }) => kind === 'purchase' || kind === 'join') ? script : 0;
    return requests.reduce((sum, request) => sum + limits + this.#decideOne(request), begins);
  }

  #decideOne(request: Request): number {
    const { join, place, refused, reserved } = this.#costs;
    if (request.kind === 'join') return join;
    if (request.kind === 'place') return place;
    if (request.kind !== 'purchase') return 0;
    if (this.#unitsLeft === 0) return refused;
    this.#unitsLeft -= 1;
    if (request.byBots) this.#reservedByBots += 1;
    if (this.#unitsLeft === 0) this.#soldOutMs = this.#agenda.nowMs;
    this.#reserve();
    return reserved;
  }

  #answer({ requests, answered }: Batch): void {
    const { patienceMs } = this.#input.behaviour;
    this.#timeline.answered(requests.length);
    for (const request of requests) {
      const tookMs = this.#agenda.nowMs - request.sentMs;
      if (request.kind === 'purchase') record(this.#purchaseMicros, tookMs);
      if (tookMs > patienceMs && !request.byBots) this.#abandoned += 1;
      request.answered?.();
    }
    answered();
  }

  /** The log of a sale is read by one processor. Whoever reserves pays, or not. */
  #reserve(): void {
    const { assumptions, behaviour } = this.#input;
    const applied = () => {
      this.#ledgerMs = this.#agenda.nowMs;
    };
    this.#processors[0]?.offer({ costMs: this.#costs.order, done: applied });
    if (this.#chance.happens(behaviour.abandonShare)) return;
    const payMs = assumptions.paySeconds * 1_000;
    const afterMs = Math.min(this.#chance.wait(payMs * PAY_MEAN), payMs);
    this.#agenda.after(afterMs, () => this.#pay());
  }

  #pay(): void {
    const { behaviour, processors } = this.#input;
    const sentMs = this.#agenda.nowMs;
    const settled = () => {
      this.#paid += 1;
      record(this.#payMicros, this.#agenda.nowMs - sentMs);
    };
    const charged = () => this.#agenda.after(this.#chance.wait(behaviour.providerMs), settled);
    this.#processors[Math.floor(this.#chance.below(processors))]?.offer({ costMs: this.#costs.payment, done: charged });
  }

  /** The gate calls as many as its rate allows; they notice when they look again, come in, and click. */
  #call(): void {
    const { crowd } = this.#input;
    const rate = crowd.units / crowd.sellOutSeconds;
    const due = Math.min(crowd.buyers, Math.floor((this.#agenda.nowMs / 1_000 + MOMENT_MS / 1_000) * rate));
    for (; this.#called < due; this.#called++) this.#comeIn();
    if (this.#called < crowd.buyers && this.#unitsLeft > 0) this.#agenda.after(MOMENT_MS, () => this.#call());
  }

  #comeIn(): void {
    const { pollMs, pollJitterMs, clickMs } = this.#input.behaviour;
    const buy = () => this.#send({ kind: 'purchase', byBots: false, sentMs: this.#agenda.nowMs });
    const admitted = () => this.#agenda.after(this.#chance.wait(clickMs), buy);
    this.#agenda.after(this.#chance.below(pollMs + pollJitterMs), () =>
      this.#send({ kind: 'place', byBots: false, sentMs: this.#agenda.nowMs, answered: admitted }),
    );
  }

  /** As long as anybody comes by themselves, waits, or can still buy. */
  #watch(): void {
    const { gateways, redis } = this.#usage;
    const { nowMs } = this.#agenda;
    this.#timeline.note(nowMs, gateways.waiting + redis.waiting, this.#unitsLeft);
    const lastMs = Math.max(...this.#streams.map(({ untilMs }) => untilMs));
    const somebodyWaits = gateways.waiting > 0 || redis.waiting > 0;
    const sells = this.#unitsLeft > 0 && nowMs < lastMs + LATECOMERS_MS;
    if (nowMs < lastMs || somebodyWaits || sells) this.#agenda.after(MOMENT_MS, () => this.#watch());
  }

  #result(): SimulationResult {
    const { gateways, redis, processors } = this.#usage;
    return {
      requests: this.#requests,
      reserved: this.#input.crowd.units - this.#unitsLeft,
      reservedByBots: this.#reservedByBots,
      paid: this.#paid,
      abandoned: this.#abandoned,
      soldOutSeconds: this.#soldOutMs === null ? null : this.#soldOutMs / 1_000,
      ledgerSeconds: this.#ledgerMs / 1_000,
      purchase: quantilesOf(this.#purchaseMicros),
      pay: quantilesOf(this.#payMicros),
      busy: { gateways: gateways.peak, redis: redis.peak, processors: processors.peak },
      maxWaiting: { gateways: gateways.maxWaiting, redis: redis.maxWaiting, processors: processors.maxWaiting },
      meanBatch: this.#batched / Math.max(1, this.#batches),
      moments: this.#timeline.moments,
    };
  }
}
