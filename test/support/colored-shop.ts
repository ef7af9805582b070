import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Client } from '#sdk/client.ts';
import { freePort } from '../../scripts/backends/server-process.ts';
import type { RollOutResult } from '../../scripts/blue-green/roll-out.ts';
import type { Color } from '../../scripts/blue-green/traffic.ts';
import { makeDirectory, removeDirectory } from './cli-process.ts';
import { FlawedGateway } from './flawed-gateway.ts';
import { FleetMember } from './fleet.ts';
import { ProxyServer } from './proxy-server.ts';
import { operatorAt, SHOP_ENVIRONMENT, type ShopUnderTest, sessionOf } from './shop-under-test.ts';
import { TcpProxy } from './tcp-proxy.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/blue-green.ts', import.meta.url));
/** Four looks of the proxy. */
const DRAIN_TIME = '2s';

export const VERSIONS: Readonly<Record<Color, string>> = { blue: '1.0.0', green: '1.1.0' };

interface ShopPlan {
  readonly storePort: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Two blue gateways and two green ones of the next version, two processors, and the proxy in front. */
export class ColoredShop implements ShopUnderTest {
  readonly gateways: readonly FleetMember[];
  readonly processors: readonly FleetMember[];
  /** Both green gateways are reached through these. */
  readonly flawed: readonly FlawedGateway[];
  readonly proxy: ProxyServer;
  readonly #wire: TcpProxy;
  readonly #directory: string;

  private constructor(
    proxy: ProxyServer,
    members: Pick<ColoredShop, 'gateways' | 'processors' | 'flawed'>,
    wire: TcpProxy,
    directory: string,
  ) {
    this.proxy = proxy;
    this.gateways = members.gateways;
    this.processors = members.processors;
    this.flawed = members.flawed;
    this.#wire = wire;
    this.#directory = directory;
  }

  /** Null where there is no HAProxy. */
  static async start({ storePort, env }: ShopPlan): Promise<ColoredShop | null> {
    const ports = { blue: [await freePort(), await freePort()], green: [await freePort(), await freePort()] };
    const flawed = await Promise.all(ports.green.map((port) => FlawedGateway.start(port)));
    const proxy = await ProxyServer.start({ blue: ports.blue, green: flawed.map(({ port }) => port) });
    if (!proxy) {
      await Promise.all(flawed.map((gateway) => gateway.close()));
      return null;
    }
    const directory = await makeDirectory();
    const wire = await TcpProxy.start(storePort);
    const shared = { ...SHOP_ENVIRONMENT, DRAIN_TIME, DATA_DIR: directory, TRUSTED_PROXIES: '127.0.0.1', ...env };
    const gateway = (color: Color) => (port: number, place: number) => {
      const own = { ...shared, PORT: String(port), COLOR: color, APP_VERSION: VERSIONS[color] };
      return new FleetMember(`${color} ${place + 1}`, 'gateway', wire, own);
    };
    const gateways = [...ports.blue.map(gateway('blue')), ...ports.green.map(gateway('green'))];
    const processors = [1, 2].map((place) => new FleetMember(`processor ${place}`, 'processor', wire, shared));
    await Promise.all([...gateways, ...processors].map((member) => member.start()));
    return new ColoredShop(proxy, { gateways, processors, flawed }, wire, directory);
  }

  get members(): readonly FleetMember[] {
    return [...this.gateways, ...this.processors];
  }

  /** Always the proxy's. */
  get url(): string {
    return this.proxy.url;
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

  /** Runs the script that switches, to its end. */
  async switchTo(color: Color, ...options: readonly string[]): Promise<RollOutResult & { readonly exitCode: number }> {
    const args = [SCRIPT, 'switch', color, '--json', ...options];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...this.proxy.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [printed, said, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    if (printed === '') throw new Error(`the switch ended with ${exitCode}: ${said}`);
    return { ...JSON.parse(printed), exitCode };
  }

  async remove(): Promise<void> {
    await this.proxy.remove();
    await Promise.all(this.flawed.map((gateway) => gateway.close()));
    await Promise.all(this.members.map((member) => member.kill()));
    await this.#wire.close();
    await removeDirectory(this.#directory);
  }
}
