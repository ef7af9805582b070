import { capacityBench } from './capacity.ts';
import { gatewayBench } from './gateway.ts';
import { ledgerBench } from './ledger.ts';
import { lighthouseBench } from './lighthouse.ts';
import { limitsBench } from './limits.ts';
import { millionBench } from './million.ts';
import { orderLogBench } from './order-log.ts';
import { paymentsBench } from './payments.ts';
import { purchaseBench } from './purchase.ts';
import { queueBench } from './queue.ts';
import { redisBench } from './redis.ts';
import { redisRoomBench } from './redis-room.ts';
import { streamsBench } from './streams.ts';

/** One bench a question. Each prints a table of ratios, measured side by side in one run. */
const BENCHES: Readonly<Record<string, { question: string; run: () => Promise<void> }>> = {
  purchase: { question: 'how fast are durable purchases over HTTP, against a bare Fastify route?', run: purchaseBench },
  gateway: {
    question: 'how fast are durable purchases through gateways on Redis, against a bare route?',
    run: gatewayBench,
  },
  capacity: { question: 'what does each kind of request cost a gateway and Redis?', run: capacityBench },
  limits: { question: 'how many requests does one Redis core count against the limits?', run: limitsBench },
  million: { question: 'does a whole sale with a million buyers end as it must, and how soon?', run: millionBench },
  redis: { question: 'how many attempts to buy does one Redis core decide?', run: redisBench },
  queue: { question: 'what does a waiting buyer cost, and how fast are joins against a bare route?', run: queueBench },
  'redis-room': { question: 'what does a waiting buyer cost Redis: memory, a join, a tick?', run: redisRoomBench },
  streams: { question: 'what does an open event stream cost, and how soon are all told?', run: streamsBench },
  payments: { question: 'how many payments a second get through when a crowd pays at once?', run: paymentsBench },
  'order-log': {
    question: 'how fast do orders get to the ledger by Redis and Kafka, and how soon is each there?',
    run: orderLogBench,
  },
  lighthouse: { question: 'how soon is the page of a sale there on a slow phone?', run: lighthouseBench },
  ledger: { question: 'how fast do orders get from the log to the ledger, against bare inserts?', run: ledgerBench },
};

const name = process.argv[2] ?? '';
const benches = name === 'all' ? Object.values(BENCHES) : [BENCHES[name]].filter((bench) => bench !== undefined);
for (const { run } of benches) await run();
if (benches.length === 0) {
  console.log('npm run bench -- NAME, or all');
  for (const [known, { question }] of Object.entries(BENCHES)) console.log(`  ${known.padEnd(10)} ${question}`);
  process.exitCode = name ? 2 : 0;
}
