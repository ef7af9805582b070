import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import type { Ledger } from '../../src/database/schema.ts';
import { claimConformance } from './ledger-claims.ts';
import { deadLetterConformance } from './ledger-dead-letters.ts';
import { feedConformance } from './ledger-feed.ts';
import { notificationConformance } from './ledger-notifications.ts';
import { orderConformance } from './ledger-orders.ts';
import { paymentBatchConformance } from './ledger-payment-batches.ts';
import { paymentMethodConformance } from './ledger-payment-methods.ts';
import { paymentConformance } from './ledger-payments.ts';
import { poisonConformance } from './ledger-poison.ts';
import { projectionConformance } from './ledger-projection.ts';
import { reviewConformance } from './ledger-reviews.ts';
import { saleConformance } from './ledger-sales.ts';

/** What the ledger does on either database: one suite, so that the modes cannot drift apart. */
export function ledgerConformance(name: string, open: () => Promise<Database>): void {
  describe(`the ledger on ${name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
      await migrate(database.db);
    });
    afterAll(() => database.close());
    const db = (): Ledger => database.db;

    describe('sales', () => saleConformance(db));
    describe('projection', () => projectionConformance(db));
    describe('orders', () => orderConformance(db));
    describe('feed', () => feedConformance(db));
    describe('payments', () => paymentConformance(db));
    describe('payment batches', () => paymentBatchConformance(db));
    describe('payment methods', () => paymentMethodConformance(db));
    describe('notifications', () => notificationConformance(db));
    describe('reviews', () => reviewConformance(db));
    describe('claims', () => claimConformance(db));
    describe('dead letters', () => deadLetterConformance(db));
    describe('poison events', () => poisonConformance(db));
  });
}
