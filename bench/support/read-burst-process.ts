import { sendBurst } from './burst.ts';

/** What to send: the same question, so many times. */
export interface ReadBurstOrder {
  readonly port: number;
  readonly path: string;
  readonly reads: number;
  readonly connections: number;
  readonly depth: number;
}

const { port, path, reads, connections, depth } = JSON.parse(process.argv[2] ?? '') as ReadBurstOrder;
const request = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: bench\r\n\r\n`);
const result = await sendBurst(port, Array(reads).fill(request), connections, depth);
console.log(JSON.stringify(result));
