import { describe, expect, test } from 'vitest';
import { numbered, orderChange, reservedOrder } from '../../test/support/ledger-fixtures.ts';
import { saleDefinition } from '../../test/support/sale-fixtures.ts';
import { eventFromJson, eventToJson, UnreadableEvent } from './event-json.ts';

const [reserved] = numbered('sale-1', [orderChange('order_reserved', reservedOrder())]);
const fields = JSON.parse(reserved ? eventToJson(reserved) : '{}');

describe('an event in JSON', () => {
  test('is read as it was written', () => {
    const events = numbered('sale-1', [
      { type: 'sale_prepared', sale: saleDefinition() },
      { type: 'sale_started' },
      orderChange('order_reserved', reservedOrder()),
    ]);
    expect(events.map((event) => eventFromJson(eventToJson(event)))).toEqual(events);
  });

  test.each([
    ['no JSON', '{"v":1'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['another version', JSON.stringify({ ...fields, v: 2 })],
    ['no number', JSON.stringify({ ...fields, seq: '3' })],
    ['no sale', JSON.stringify({ ...fields, saleId: undefined })],
    ['no order where its type needs one', JSON.stringify({ ...fields, order: undefined })],
    ['the order of another sale', JSON.stringify({ ...fields, order: { ...fields.order, saleId: 'sale-2' } })],
  ])('is refused when it is %s', (_what, json) => {
    expect(() => eventFromJson(json)).toThrow(UnreadableEvent);
  });
});
