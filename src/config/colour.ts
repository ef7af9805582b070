/** `#rrggbb`. */
export type Colour = `#${string}`;

type Channels = readonly [red: number, green: number, blue: number];

/** How well one can be read on the other: from 1, not at all, to 21 (WCAG 2, relative luminance). */
export function contrast(one: Colour, other: Colour): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

/** The colour, mixed with as little white as it takes to be read on `ground`. */
export function readableOn(ground: Colour, colour: Colour, minContrast: number): Colour {
  const shares = Array.from({ length: 21 }, (_, step) => step / 20);
  const mixes = shares.map((share) => withWhite(colour, share));
  return mixes.find((mix) => contrast(mix, ground) >= minContrast) ?? '#ffffff';
}

function withWhite(colour: Colour, share: number): Colour {
  const mixed = channelsOf(colour).map((channel) => Math.round(channel + (255 - channel) * share));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(colour: Colour): number {
  const [red, green, blue] = channelsOf(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Channels;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(colour: Colour): Channels {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
