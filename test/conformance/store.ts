import { afterEach, beforeEach, describe } from 'vitest';
import { type OpenStore, StoreBench } from '../support/store-bench.ts';
import { admissionConformance } from './store-admissions.ts';
import { eventConformance } from './store-events.ts';
import { lostPlaceConformance } from './store-lost-places.ts';
import { purchaseConformance } from './store-purchases.ts';
import { queueConformance } from './store-queue.ts';
import { recoveryConformance } from './store-recovery.ts';
import { saleConformance } from './store-sales.ts';
import { settlementConformance } from './store-settlements.ts';

/**
 * What every adapter of the store port does: each operation, each outcome, each repeat. `open` is called once a test;
 * see `OpenStore` for what it owes to an adapter with a clock of its own.
 */
export function storeConformance(name: string, open: OpenStore): void {
  describe(`${name} as a store`, () => {
    const bench = new StoreBench(open);
    beforeEach(() => bench.start());
    afterEach(() => bench.stop());

    describe('sales', () => saleConformance(bench));
    describe('queues', () => queueConformance(bench));
    describe('admissions', () => admissionConformance(bench));
    describe('purchases', () => purchaseConformance(bench));
    describe('settlements', () => settlementConformance(bench));
    describe('events', () => eventConformance(bench));
    describe('recovery', () => recoveryConformance(bench));
    describe('lost places', () => lostPlaceConformance(bench));
  });
}
