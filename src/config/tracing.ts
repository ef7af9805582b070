import { ConfigError, type EnvReader } from './env.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

interface TracingConfig {
  /** Base URL of an OpenTelemetry collector, which takes OTLP over HTTP. */
  readonly endpoint: string;
  readonly sampler: (typeof SAMPLERS)[number];
  /** Share of the traces that begin here, for the samplers by ratio. */
  readonly ratio: number;
  readonly serviceName: string;
}

/** Null: nothing is traced. The variables are OpenTelemetry's own. */
export function readTracing(env: EnvReader, role: string): TracingConfig | null {
  const endpoint = env.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http', 'https']);
  const sampler = env.oneOf('OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on');
  const ratio = readRatio(env);
  const serviceName = env.text('OTEL_SERVICE_NAME') ?? (role === 'all' ? 'tidegate' : `tidegate-${role}`);
  return endpoint === null ? null : { endpoint, sampler, ratio, serviceName };
}

function readRatio(env: EnvReader): number {
  const text = env.text('OTEL_TRACES_SAMPLER_ARG') ?? '1';
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new ConfigError(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, and is "${text}".`);
}
