import { createClient } from '#sdk/client.ts';
import type { TokenKey } from '../../src/config/config.ts';
import { TokenSigner } from '../../src/http/tokens.ts';
import { patiently } from './patience.ts';
import { tellParent } from './tell-parent.ts';

// A process that queues so many buyers, each once it is their turn, over restarts of the server. Says who was told of
// which place, and when.

export interface QueueCrowdOrder {
  readonly url: string;
  readonly saleId: string;
  readonly tokenKey: TokenKey;
  readonly userIds: readonly string[];
  readonly atOnce: number;
}

/** Times are those of the machine's clock that only goes forward, in nanoseconds: the same one for all processes. */
export interface QueuedBuyer {
  readonly userId: string;
  readonly ticket: number;
  readonly queueToken: string;
  readonly askedAtNs: bigint;
  readonly toldAtNs: bigint;
}

const SESSION_S = 3_600;

async function queueAll({ url, saleId, tokenKey, userIds, atOnce }: QueueCrowdOrder): Promise<void> {
  const tokens = new TokenSigner([tokenKey]);
  const client = createClient({ baseUrl: url, retries: 0 });
  const iat = Math.floor(Date.now() / 1_000);
  const waiting = userIds.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const userId of waiting) {
        const token = tokens.sign('session', { sub: userId, iat, exp: iat + SESSION_S });
        const askedAtNs = process.hrtime.bigint();
        const { ticket, queue_token } = await patiently(() => client.enterQueue({ sale_id: saleId }, { token }));
        const toldAtNs = process.hrtime.bigint();
        await tellParent({ userId, ticket, queueToken: queue_token, askedAtNs, toldAtNs } satisfies QueuedBuyer);
      }
    }),
  );
  process.disconnect();
}

process.once('message', (order: QueueCrowdOrder) => queueAll(order));
