import type { SloReading } from './slo.ts';

export const COLORS = ['blue', 'green'] as const;

export type Color = (typeof COLORS)[number];

/**
 * Whatever stands in front of the gateways of both colors. One adapter for each kind of it.
 *
 * Sending buyers to a color concerns requests that come from then on: those under way, and streams, finish where they are.
 */
export interface Traffic {
  /** The color that buyers reach. */
  active(): Promise<Color>;
  /** How many gateways of the color are ready for requests. */
  readyGateways(color: Color): Promise<number>;
  /** From its end on all new requests go to this color, also after a restart of what is in front. */
  sendTo(color: Color): Promise<void>;
  /** Begins to watch what buyers get from the gateways of this color. */
  watch(color: Color): Promise<Watch>;
}

export interface Watch {
  /** Everything since the watch began. Throws once it can no longer see. */
  reading(): Promise<SloReading>;
  stop(): Promise<void>;
}

export function otherThan(color: Color): Color {
  return color === 'blue' ? 'green' : 'blue';
}
