import { Admin, findErrorBy } from '@platformatic/kafka';
import type { KafkaCluster } from '../../config/kafka-cluster.ts';
import { clientOptions } from './client-options.ts';

export interface TopicPlan {
  readonly name: string;
  /** Cannot grow later without moving sales to other partitions, out of order. */
  readonly partitions: number;
  readonly retentionMs: number;
}

const DAY_MS = 24 * 3_600_000;
const REPLICAS = 3;
/** With so many copies acknowledged, one broker may be lost and another one be restarted. */
const IN_SYNC_REPLICAS = 2;

/** A batch of orders takes some hundred KB; the definition of a sale with many items may take as much alone. */
const LARGEST_BATCH_BYTES = 8 * 1024 ** 2;

export const ORDERS_TOPIC = 'tidegate.orders';
export const DEAD_LETTERS_TOPIC = 'tidegate.dead-letters';
export const ANALYTICS_TOPIC = 'tidegate.analytics';
export const TOPIC_PLANS: readonly TopicPlan[] = [
  { name: ORDERS_TOPIC, partitions: 12, retentionMs: 7 * DAY_MS },
  { name: DEAD_LETTERS_TOPIC, partitions: 1, retentionMs: 30 * DAY_MS },
  { name: ANALYTICS_TOPIC, partitions: 12, retentionMs: 7 * DAY_MS },
];

/** Creates the topics that are missing, with three replicas where there are as many brokers. The others stay as they are. */
export async function ensureTopics(cluster: KafkaCluster, plans: readonly TopicPlan[]): Promise<void> {
  const admin = new Admin(clientOptions(cluster));
  try {
    const metadata = await admin.metadata({});
    const replicas = Math.min(REPLICAS, metadata.brokers.size);
    for (const plan of plans) await ensureTopic(admin, plan, replicas);
  } finally {
    await admin.close();
  }
}

async function ensureTopic(
  admin: Admin,
  { name, partitions, retentionMs }: TopicPlan,
  replicas: number,
): Promise<void> {
  const configs = [
    { name: 'max.message.bytes', value: String(LARGEST_BATCH_BYTES) },
    { name: 'retention.ms', value: String(retentionMs) },
    { name: 'min.insync.replicas', value: String(Math.min(IN_SYNC_REPLICAS, Math.ceil(replicas / 2))) },
  ];
  try {
    await admin.createTopics({ topics: [name], partitions, replicas, configs });
  } catch (error) {
    if (!(error instanceof Error) || !findErrorBy(error, 'apiId', 'TOPIC_ALREADY_EXISTS')) throw error;
  }
}
