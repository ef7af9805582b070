import { InvalidArgumentError } from 'commander';
import { ConfigError, EnvReader } from '../../src/config/env.ts';

/** Milliseconds from `500ms`, `30s`, `5m`: durations are written as in the settings. */
export function duration(text: string): number {
  try {
    return new EnvReader({ It: text }).durationMs('It', 0);
  } catch (error) {
    if (error instanceof ConfigError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
