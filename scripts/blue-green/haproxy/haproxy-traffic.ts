import { rename, writeFile } from 'node:fs/promises';
import type { Color, Traffic, Watch } from '../traffic.ts';
import { COLORS } from '../traffic.ts';
import { RequestLog } from './request-log.ts';
import { ProxyUnavailable, type RuntimeApi } from './runtime-api.ts';

/** The key of the map in deploy/proxy/haproxy.cfg that `use_backend` goes by. */
const KEY = 'active';

/** Blue and green behind HAProxy, with deploy/proxy/haproxy.cfg. */
export class HaproxyTraffic implements Traffic {
  readonly #api: RuntimeApi;
  readonly #mapFile: string;

  /** @param mapFile what HAProxy reads its map from when it starts */
  constructor(api: RuntimeApi, mapFile: string) {
    this.#api = api;
    this.#mapFile = mapFile;
  }

  async active(): Promise<Color> {
    const entries = await this.#api.ask(`show map ${await this.#mapId()}`);
    const value = new RegExp(`\\b${KEY} (\\w+)$`, 'm').exec(entries)?.[1];
    const color = COLORS.find((known) => known === value);
    if (!color) throw new ProxyUnavailable(`the map of HAProxy names no color but ${JSON.stringify(entries)}`);
    return color;
  }

  async readyGateways(color: Color): Promise<number> {
    const stat = await this.#api.ask('show stat');
    const [header = '', ...rows] = stat.split('\n');
    const status = header.split(',').indexOf('status');
    const servers = rows
      .map((row) => row.split(','))
      .filter(([backend, name]) => backend === color && name !== 'BACKEND');
    return servers.filter((server) => server[status]?.startsWith('UP')).length;
  }

  async sendTo(color: Color): Promise<void> {
    const complaint = await this.#api.ask(`set map ${await this.#mapId()} ${KEY} ${color}`);
    if (complaint !== '') throw new ProxyUnavailable(`HAProxy does not switch: ${complaint}`);
    // Otherwise the next start of the proxy would send buyers to where they were before.
    await replaceFile(this.#mapFile, `${KEY} ${color}\n`);
  }

  async watch(color: Color): Promise<Watch> {
    return new RequestLog(await this.#api.follow('show events requests -w -n'), color);
  }

  /** HAProxy knows its map by a number; it has no other one. */
  async #mapId(): Promise<string> {
    const maps = await this.#api.ask('show map');
    const id = /^(\d+) \(/m.exec(maps)?.[1];
    if (id === undefined) throw new ProxyUnavailable(`HAProxy has no map: ${maps}`);
    return `#${id}`;
  }
}

/** Whoever reads it finds the old or the new text. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
