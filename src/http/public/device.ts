import { deviceIdOf } from '../../anti-bot/device-id.ts';
import { type Refusal, refuse } from '../errors.ts';

/** Null: the buyer's device was not named. */
export function deviceOf(body: { readonly device_fingerprint?: string | undefined }): string | null {
  return body.device_fingerprint === undefined ? null : deviceIdOf(body.device_fingerprint);
}

/** In a sale that sells one a device. */
export function refuseUnknownDevice(): Refusal<'validation_failed'> {
  return refuse('validation_failed', {
    detail: 'This sale asks for a device fingerprint.',
    errors: [{ field: 'device_fingerprint', message: 'is required by this sale' }],
  });
}
