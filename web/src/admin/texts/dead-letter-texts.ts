import type { DeadLetter } from '#sdk/contract/dead-letter.ts';

/** What the pages about dead letters say. */
export const deadLetterTexts = {
  title: 'Dead letters',
  lead: 'What could not be processed was put aside here, and everything else went on. Find the cause, then replay.',
  list: 'Dead letters',
  filterState: 'State',
  filterKind: 'Kind',
  anyKind: 'Every kind',
  reason: 'Reason',
  kind: 'Kind',
  state: 'State',
  attempts: 'Tries',
  failed: 'First failed',
  select: 'Selected',
  letterOf: (reason: string, id: string) => `${reason}, ${id}`,
  ofOrder: 'Only those of one order.',
  showAll: 'Show all',
  emptyTitle: 'Nothing is waiting for you',
  emptyDetail: 'Everything was processed. What fails for good turns up here within seconds, and an alert tells of it.',
  noMatchTitle: 'No dead letter matches',
  noMatchDetail: 'Try another state or kind.',
  back: 'Dead letters',
  whatToDo: 'What to do',
  document: 'Document',
  documentHint: 'What a replay works with',
  facts: 'Details',
  letterId: 'dead letter id',
  subject: 'What failed',
  order: 'Order',
  sale: 'Sale',
  correlationId: 'Correlation id',
  firstFailed: 'First failed',
  lastFailed: 'Last failed',
  resolved: 'Resolved',
  resolvedBy: (who: string) => `by ${who}`,
  replay: 'Replay',
  discard: 'Discard…',
  discardSelected: 'Discard…',
  replayDone: 'Replayed',
  replayDoneDetail: 'It was done once more, and this time it worked.',
  replayQueued: 'It is being tried again now. Should it fail once more, it comes back here.',
  discardDone: 'Discarded',
  discardDoneDetail: 'It is counted as open no longer. It can still be replayed.',
  replayFailed: 'It could not be replayed',
  discardFailed: 'It could not be discarded',
  discardTitle: (count: number) => (count === 1 ? 'Discard this dead letter?' : `Discard ${count} dead letters?`),
  discardDetail: 'What failed is given up: nobody will try it again by itself. It stays in the list of the discarded.',
  discardConfirm: 'Discard',
  bulkReplayed: (count: number) => `${count} replayed`,
  bulkDiscarded: (count: number) => `${count} discarded`,
} as const;

export const deadLetterKindTexts: Readonly<Record<DeadLetter['kind'], string>> = {
  event: 'Event',
  payment: 'Payment',
  notification: 'Message',
  undecodable: 'Unreadable entry',
};

export const deadLetterStateTexts: Readonly<Record<DeadLetter['state'], string>> = {
  open: 'Open',
  replayed: 'Replayed',
  discarded: 'Discarded',
};

/** What a replay does, by what failed. */
export const replayTexts: Readonly<Record<DeadLetter['kind'], string>> = {
  event:
    'The ledger refuses this entry of the order log. Once the cause is gone, a replay applies it; if its order has moved on since, only the timeline is filled in.',
  payment:
    'The payment goes on being tried by itself. A replay tries it at once: do that when the provider is well again.',
  notification: 'Nobody is trying to deliver this message any more. A replay sends it again, under the same id.',
  undecodable: 'There is nothing in this entry that could be done. Look at it, find out who wrote it, and discard it.',
};

export const deadLetterReasonTexts: Readonly<Record<DeadLetter['reason'], string>> = {
  invalid_data: 'The ledger cannot hold this data',
  constraint_violated: 'A rule of the ledger forbids it',
  malformed_event: 'The event lacks something',
  undecodable: 'It cannot be read',
  payment_provider_unavailable: 'The payment provider could not be reached',
  payment_request_rejected: 'The payment provider rejected the request',
  unexpected_payment_status: 'The payment provider answered something unexpected',
  order_not_in_store: 'The store does not know the order',
  attempt_not_in_ledger: 'The ledger does not know the payment',
  store_unavailable: 'The store could not be reached',
  recovering: 'The sale was being recovered',
  ledger_unavailable: 'The ledger could not be reached',
  mail_unavailable: 'The mail server could not be reached',
  mail_rejected: 'The mail server refused the mail',
  webhook_unavailable: 'The shop did not answer the webhook',
  webhook_rejected: 'The shop refused the webhook',
  internal: 'An error that nobody foresaw',
};
