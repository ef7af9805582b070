import { parseArgs } from 'node:util';
import { Compile } from 'typebox/compile';
import { BehaviourChange } from './behaviour.ts';
import { startSimulatedProvider } from './simulated-provider.ts';

const USAGE = `usage: node src/payment/simulated/main.ts --data-dir <dir> [--secret <secret>] [--host 127.0.0.1] [--port 0]
       [--callback-url <url>] [--behaviour '{"latency_ms": 200}']
The secret may also come from PAYMENT_SECRET, where no list of processes shows it.
`;

const options = {
  'data-dir': { type: 'string' },
  secret: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '0' },
  'callback-url': { type: 'string' },
  behaviour: { type: 'string', default: '{}' },
} as const;

const { values } = parseArgs({ options });
const dataDir = values['data-dir'];
const secret = values.secret ?? process.env.PAYMENT_SECRET;
const behaviour: unknown = JSON.parse(values.behaviour);
if (dataDir === undefined || !secret || !Compile(BehaviourChange).Check(behaviour)) {
  process.stderr.write(USAGE);
  process.exit(2);
}

const provider = await startSimulatedProvider({
  dataDir,
  secret,
  host: values.host,
  port: Number(values.port),
  ...(values['callback-url'] !== undefined && { callbackUrl: values['callback-url'] }),
  behaviour,
});
process.stdout.write(`${JSON.stringify({ url: provider.url })}\n`);

function stop(): void {
  void provider.close();
  if (process.connected) process.disconnect();
}

// The last: whoever started it is gone.
for (const end of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(end, stop);
