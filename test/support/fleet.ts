import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '#sdk/client.ts';
import type { Role } from '../../src/config/topology.ts';
import { makeDirectory, removeDirectory, type ServerProcess, startServer } from './cli-process.ts';
import { operatorAt, SHOP_ENVIRONMENT, type ShopUnderTest, sessionOf } from './shop-under-test.ts';
import { TcpProxy } from './tcp-proxy.ts';

type FleetRole = Exclude<Role, 'all'>;

export interface FleetPlan {
  readonly gateways: number;
  readonly processors: number;
  /** Of the store: each process has a wire of its own to it. */
  readonly storePort: number;
  /** What every process is told besides. */
  readonly env: Readonly<Record<string, string>>;
}

const READINESS_EVERY_MS = 100;
/** Some twenty looks of a balancer. */
const DRAIN_TIME = '2s';

/** A gateway or a processor, in a process of its own. */
export class FleetMember {
  readonly name: string;
  /** To the store. */
  readonly wire: TcpProxy;
  readonly #role: FleetRole;
  readonly #env: Readonly<Record<string, string>>;
  #process: ServerProcess | null = null;
  /** What a balancer knows of it. */
  #ready = false;
  #earlierLog = '';

  constructor(name: string, role: FleetRole, wire: TcpProxy, env: Readonly<Record<string, string>>) {
    this.name = name;
    this.wire = wire;
    this.#role = role;
    this.#env = { ...env, STORE_URL: `redis://127.0.0.1:${wire.port}` };
  }

  async start(): Promise<void> {
    this.#process = await startServer(this.#env, ['--no-demo', '--role', this.#role]);
    this.#ready = true;
  }

  /** Null while it does not run, or has said that it is about to stop. */
  get url(): string | null {
    return (this.#ready && this.#process?.url) || null;
  }

  get log(): string {
    return this.#earlierLog + (this.#process?.output.stdout ?? '');
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.#ready = false;
    await this.#end('SIGKILL');
  }

  /** Asks it to stop, and sends it nobody any more from when its readiness says so, as a balancer does. Returns the exit code. */
  async stop(): Promise<number | null> {
    const url = this.#process?.url ?? '';
    const ended = this.#end('SIGTERM');
    while (this.#ready) {
      const ready = await fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (!ready) this.#ready = false;
      else await sleep(READINESS_EVERY_MS);
    }
    return ended;
  }

  async remove(): Promise<void> {
    await this.kill();
    await this.wire.close();
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const ended = this.#process;
    if (!ended) return null;
    if (ended.child.exitCode === null && ended.child.signalCode === null) {
      const gone = once(ended.child, 'exit');
      ended.child.kill(signal);
      await gone;
    }
    this.#earlierLog += ended.output.stdout;
    this.#process = null;
    return ended.child.exitCode;
  }
}

/** Gateways and processors that are one shop. */
export class Fleet implements ShopUnderTest {
  readonly gateways: FleetMember[] = [];
  readonly processors: FleetMember[] = [];
  readonly #plan: FleetPlan;
  readonly #directory: string;
  #asked = 0;

  private constructor(plan: FleetPlan, directory: string) {
    this.#plan = plan;
    this.#directory = directory;
  }

  static async start(plan: FleetPlan): Promise<Fleet> {
    const fleet = new Fleet(plan, await makeDirectory());
    await Promise.all([
      ...Array.from({ length: plan.gateways }, () => fleet.add('gateway')),
      ...Array.from({ length: plan.processors }, () => fleet.add('processor')),
    ]);
    return fleet;
  }

  /** Starts one more. */
  async add(role: FleetRole): Promise<FleetMember> {
    const members = role === 'gateway' ? this.gateways : this.processors;
    const env = { ...SHOP_ENVIRONMENT, DRAIN_TIME, DATA_DIR: this.#directory, ...this.#plan.env };
    const wire = await TcpProxy.start(this.#plan.storePort);
    const member = new FleetMember(`${role} ${members.length + 1}`, role, wire, env);
    members.push(member);
    await member.start();
    return member;
  }

  get members(): FleetMember[] {
    return [...this.gateways, ...this.processors];
  }

  /** Of one gateway after the other, as from a balancer. */
  get url(): string {
    const running = this.gateways.flatMap(({ url }) => url ?? []);
    this.#asked += 1;
    const url = running[this.#asked % running.length];
    if (url === undefined) throw new Error('no gateway runs');
    return url;
  }

  get client(): Client {
    return operatorAt(this.url);
  }

  get log(): string {
    return this.members.map(({ log }) => log).join('');
  }

  sessionOf(userId: string): string {
    return sessionOf(userId);
  }

  /** Ends all processes and removes their data. */
  async remove(): Promise<void> {
    await Promise.all(this.members.map((member) => member.remove()));
    await removeDirectory(this.#directory);
  }
}
