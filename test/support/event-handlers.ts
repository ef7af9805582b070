import type { EventHandler } from '../../src/order-log/order-log.ts';

/** A handler for a log in which every entry can be read. */
export function handlerOf(apply: EventHandler['apply']): EventHandler {
  return {
    apply,
    refuse: async ({ id, reason }) => {
      throw new Error(`entry ${id} was refused: ${reason}`);
    },
  };
}

/** Says of all events that they are durable, and keeps none. */
export const applyAll: EventHandler['apply'] = async (_saleId, events) => events.at(-1)?.seq ?? 0;
