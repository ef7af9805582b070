import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  closeLettersOfSettledPayments,
  countOpenDeadLetters,
  type Failure,
  findDeadLetter,
  markAnnounced,
  pageDeadLetters,
  resolveDeadLetter,
  unannouncedDeadLetters,
  writeDeadLetter,
} from '../../src/database/dead-letters.ts';
import type { Ledger } from '../../src/database/schema.ts';
import { T0 } from '../support/clock.ts';
import { attemptRecord, moveAttempt, payingOrder, recordAttempt } from '../support/ledger-fixtures.ts';

export function deadLetterConformance(db: () => Ledger): void {
  const idOf = async (failure: Failure): Promise<string> => {
    const letter = await writeDeadLetter(db(), failure);
    if (!letter) throw new Error('no letter was opened');
    return letter.deadLetterId;
  };

  test('a failure is one letter, however often it is told', async () => {
    const first = failure();
    const letter = await writeDeadLetter(db(), first);
    const again = await writeDeadLetter(db(), { ...first, reason: 'invalid_data', attempts: 9, nowMs: T0 + 5_000 });
    expect(letter).toMatchObject({ state: 'open', attempts: 3, reason: 'internal', payload: first.payload });
    expect(again).toBeNull();
    expect(await findDeadLetter(db(), letter?.deadLetterId ?? '')).toEqual({
      ...letter,
      reason: 'invalid_data',
      attempts: 4,
      lastFailedAtMs: T0 + 5_000,
    });
  });

  test('what was replayed and fails again is open again; what was discarded stays so', async () => {
    const [replayed, discarded] = [failure(), failure()];
    for (const [told, state] of [
      [replayed, 'replayed'],
      [discarded, 'discarded'],
    ] as const) {
      const deadLetterId = await idOf(told);
      await resolveDeadLetter(db(), { deadLetterId, state, resolvedBy: 'operator', nowMs: T0 });
    }
    expect(await writeDeadLetter(db(), replayed)).toMatchObject({
      state: 'open',
      resolvedAtMs: null,
      resolvedBy: null,
    });
    expect(await writeDeadLetter(db(), discarded)).toBeNull();
    const { letters } = await pageDeadLetters(db(), { state: 'discarded', kind: null, cursor: null, limit: 200 });
    expect(letters.find(({ subject }) => subject === discarded.subject)).toMatchObject({ resolvedBy: 'operator' });
  });

  test('a text that no column takes can be told all the same, and is kept as it was', async () => {
    const payload = { user_id: 'a\0b', name: '\ud800' };
    const letter = await writeDeadLetter(db(), failure({ correlationId: 'c\0', orderId: '\udc00', payload }));
    expect(letter).toMatchObject({ payload, correlationId: 'c\ufffd', orderId: '\ufffd' });
  });

  test('the pages hold each letter once, newest first, also when letters share their moment', async () => {
    const nowMs = T0 + 1_000_000;
    const told = await Promise.all(Array.from({ length: 7 }, () => idOf(failure({ kind: 'notification', nowMs }))));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await pageDeadLetters(db(), { state: 'open', kind: 'notification', cursor, limit: 3 });
      seen.push(...page.letters.map(({ deadLetterId }) => deadLetterId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(new Set(seen).size);
    expect(seen.slice(0, 7).toSorted()).toEqual(told.toSorted());
    await expect(pageDeadLetters(db(), { state: null, kind: null, cursor: '?', limit: 1 })).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
  });

  test('the letter of a payment closes when the payment comes to its end, and not before', async () => {
    const order = payingOrder();
    const { attemptId } = attemptRecord(order);
    await recordAttempt(db(), attemptRecord(order));
    const deadLetterId = await idOf(failure({ kind: 'payment', subject: attemptId }));
    const stateAfterClosing = async () => {
      await closeLettersOfSettledPayments(db(), { resolvedBy: 'processor', nowMs: T0 });
      return (await findDeadLetter(db(), deadLetterId))?.state;
    };
    expect(await stateAfterClosing()).toBe('open');
    await moveAttempt(db(), { attemptId, action: 'decline', nowMs: T0 });
    expect(await stateAfterClosing()).toBe('replayed');
  });

  test('the open ones are counted by reason, with the age of the oldest', async () => {
    const count = async () =>
      (await countOpenDeadLetters(db())).find(({ reason }) => reason === 'mail_rejected') ?? { count: 0 };
    expect(await count()).toEqual({ count: 0 });
    const deadLetterId = await idOf(failure({ reason: 'mail_rejected', nowMs: T0 - 2_000 }));
    await idOf(failure({ reason: 'mail_rejected', nowMs: T0 - 1_000 }));
    expect(await count()).toEqual({ reason: 'mail_rejected', count: 2, oldestFailedAtMs: T0 - 2_000 });
    await resolveDeadLetter(db(), { deadLetterId, state: 'discarded', resolvedBy: 'operator', nowMs: T0 });
    expect(await count()).toMatchObject({ count: 1, oldestFailedAtMs: T0 - 1_000 });
  });

  test('a letter is to be announced until it was, and again when it opens again', async () => {
    const told = failure();
    const deadLetterId = await idOf(told);
    const waits = async () =>
      (await unannouncedDeadLetters(db(), 1_000)).some((letter) => letter.deadLetterId === deadLetterId);
    expect(await waits()).toBe(true);
    await markAnnounced(db(), [deadLetterId], T0);
    await writeDeadLetter(db(), told);
    expect(await waits()).toBe(false);
    await resolveDeadLetter(db(), { deadLetterId, state: 'replayed', resolvedBy: 'operator', nowMs: T0 });
    await writeDeadLetter(db(), told);
    expect(await waits()).toBe(true);
  });
}

function failure(over: Partial<Failure> = {}): Failure {
  return {
    kind: 'event',
    subject: randomUUID(),
    saleId: randomUUID(),
    orderId: null,
    reason: 'internal',
    payload: { any: ['thing'] },
    attempts: 3,
    correlationId: 'c',
    nowMs: T0,
    ...over,
  };
}
