import { vi } from 'vitest';
import type { TlsFiles } from '../../scripts/backends/redis-server.ts';
import { freePort } from '../../scripts/backends/server-process.ts';
import { RedisGroup, type RedisGroupOptions, type RedisNode } from './redis-group.ts';

const SLOTS = 16_384;
/** Only a hang waits as long as this. */
const PATIENCE = { timeout: 30_000, interval: 50 };

/** A real cluster of three nodes without replicas. */
export class RedisCluster {
  readonly #group: RedisGroup;

  private constructor(group: RedisGroup) {
    this.#group = group;
  }

  static async start(
    options: RedisGroupOptions & { readonly args?: readonly string[] } = {},
  ): Promise<RedisCluster | null> {
    const group = await RedisGroup.start('a Redis Cluster', (servers) => assemble(servers, options.args), options);
    return group && new RedisCluster(group);
  }

  get url(): string {
    return `redis+cluster://${this.addresses}`;
  }

  /** Of its nodes, with commas between. */
  get addresses(): string {
    return this.#group.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  get tls(): TlsFiles | undefined {
    return this.#group.tls;
  }

  /** The slots that these keys hash to, each once. */
  async slotsOf(keys: readonly string[]): Promise<number[]> {
    const admin = this.#group.nodes[0]?.admin;
    const slots = await Promise.all(keys.map((key) => admin?.cluster('KEYSLOT', key)));
    return [...new Set(slots.map(Number))];
  }

  /** Moves a slot, key by key, to the next node, as an operator who spreads the load does. Returns how many keys moved. */
  async moveSlot(slot: number): Promise<number> {
    const { nodes } = this.#group;
    const from = await this.ownerOf(slot);
    const to = nodes[(nodes.indexOf(from) + 1) % nodes.length] ?? from;
    const [fromId, toId] = await Promise.all([from.admin.cluster('MYID'), to.admin.cluster('MYID')]);
    await to.admin.cluster('SETSLOT', slot, 'IMPORTING', fromId);
    await from.admin.cluster('SETSLOT', slot, 'MIGRATING', toId);
    const keys = await moveKeys(slot, from, to);
    for (const { admin } of [to, from, ...nodes]) await admin.cluster('SETSLOT', slot, 'NODE', toId);
    return keys;
  }

  /** Does something while a slot is about to move, and no key of it has. */
  async beforeMove(slot: number, work: () => Promise<void>): Promise<void> {
    const from = await this.ownerOf(slot);
    const to = this.#group.nodes.find((node) => node !== from) ?? from;
    await from.admin.cluster('SETSLOT', slot, 'MIGRATING', await to.admin.cluster('MYID'));
    await work().finally(() => from.admin.cluster('SETSLOT', slot, 'STABLE'));
  }

  /** The node that serves a slot. */
  async ownerOf(slot: number): Promise<RedisNode> {
    for (const node of this.#group.nodes) {
      const ranges = await node.admin.cluster('SLOTS');
      const owners = ranges.find(([first, last]) => first <= slot && slot <= last)?.[2];
      const owner = this.#group.nodes.find(({ port }) => port === owners?.[1]);
      if (owner) return owner;
    }
    throw new Error(`slot ${slot} is nobody's`);
  }

  /** A further node that follows one of them, and is set as the others unless told otherwise. */
  async addReplica(primary: RedisNode, args: readonly string[]): Promise<RedisNode> {
    const busPort = await freePort();
    const replica = await this.#group.add([...membership(busPort, this.tls), ...args]);
    await primary.admin.call('CLUSTER', 'MEET', '127.0.0.1', replica.port, busPort);
    const primaryId = await primary.admin.cluster('MYID');
    await vi.waitFor(() => replica.admin.call('CLUSTER', 'REPLICATE', primaryId), PATIENCE);
    await vi.waitFor(async () => {
      const roles = await replica.admin.info('replication');
      if (!roles.includes('master_link_status:up')) throw new Error(roles);
    }, PATIENCE);
    return replica;
  }

  stop(): Promise<void> {
    return this.#group.stop();
  }
}

async function moveKeys(slot: number, from: RedisNode, to: RedisNode): Promise<number> {
  for (let moved = 0; ; moved++) {
    const [key] = await from.admin.cluster('GETKEYSINSLOT', slot, 1);
    if (key === undefined) return moved;
    await from.admin.migrate('127.0.0.1', to.port, key, 0, 5_000);
  }
}

async function assemble(group: RedisGroup, args: readonly string[] = []): Promise<void> {
  const busPorts: number[] = [];
  for (let node = 0; node < 3; node++) {
    const busPort = await freePort();
    busPorts.push(busPort);
    await group.add([...membership(busPort, group.tls), ...args]);
  }
  const [first, ...others] = group.nodes;
  for (const [index, { admin }] of group.nodes.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / group.nodes.length));
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', from ?? 0, (to ?? 0) - 1);
  }
  for (const [index, { port }] of others.entries()) {
    await first?.admin.call('CLUSTER', 'MEET', '127.0.0.1', port, busPorts[index + 1] ?? 0);
  }
  await vi.waitFor(async () => {
    for (const { admin } of group.nodes) {
      const info = String(await admin.cluster('INFO'));
      if (!info.includes('cluster_state:ok') || !info.includes('cluster_known_nodes:3')) throw new Error(info);
    }
  }, PATIENCE);
}

function membership(busPort: number, tls: TlsFiles | undefined): string[] {
  const bus = ['--cluster-port', String(busPort), '--tls-cluster', tls ? 'yes' : 'no'];
  // Nodes that live go on while one is lost.
  return [
    '--cluster-enabled',
    'yes',
    ...bus,
    '--cluster-node-timeout',
    '5000',
    '--cluster-require-full-coverage',
    'no',
  ];
}
