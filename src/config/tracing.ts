import { ConfigError, type EnvReader } from './env.ts';

/** By OpenTelemetry's names. A caller's own decision is not heard, so those with `parentbased_` do the same. */
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
  /** Share of the requests that are traced, from 0 to 1. */
  readonly ratio: number;
  readonly serviceName: string;
}

/** Null: nothing is traced. The variables are OpenTelemetry's own. */
export function readTracing(env: EnvReader, role: string): TracingConfig | null {
  const endpoint = env.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http', 'https']);
  const ratio = readRatio(env);
  const serviceName = env.text('OTEL_SERVICE_NAME') ?? (role === 'all' ? 'tidegate' : `tidegate-${role}`);
  return endpoint === null ? null : { endpoint, ratio, serviceName };
}

function readRatio(env: EnvReader): number {
  const sampler = env.oneOf('OTEL_TRACES_SAMPLER', SAMPLERS, 'always_on');
  const text = env.text('OTEL_TRACES_SAMPLER_ARG') ?? '1';
  const ratio = Number(text);
  if (!(ratio >= 0 && ratio <= 1)) {
    throw new ConfigError(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, and is "${text}".`);
  }
  if (sampler.endsWith('traceidratio')) return ratio;
  return sampler.endsWith('always_on') ? 1 : 0;
}
