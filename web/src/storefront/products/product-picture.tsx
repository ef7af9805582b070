import { useState } from 'react';

interface PictureProps {
  readonly skuId: string;
  readonly name: string;
  readonly imageUrl: string | null;
  /** It can be seen at once: to be loaded before anything else. */
  readonly first?: boolean;
}

/** The picture of a product; lines of its own where it has none, or none that can be shown. */
export function ProductPicture({ skuId, name, imageUrl, first = false }: PictureProps) {
  const [failed, setFailed] = useState(false);
  if (imageUrl === null || failed) return <TideLines seed={skuId} />;
  return (
    <img
      src={imageUrl}
      alt={name}
      width={640}
      height={480}
      loading={first ? 'eager' : 'lazy'}
      fetchPriority={first ? 'high' : 'auto'}
      decoding="async"
      // One that failed before this page's code ran tells nobody any more.
      ref={(image) => setFailed(image?.complete === true && image.naturalWidth === 0)}
      onError={() => setFailed(true)}
      className="aspect-4/3 w-full bg-sunken object-cover"
    />
  );
}

const LINES = [0, 1, 2, 3, 4, 5, 6];

function TideLines({ seed }: { readonly seed: string }) {
  const phase = [...seed].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 997, 7);
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 320 240"
      preserveAspectRatio="xMidYMid slice"
      className="aspect-4/3 w-full bg-accent-soft text-accent"
    >
      {LINES.map((line) => (
        <path
          key={line}
          d={waveOf(phase, line)}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          opacity={0.15 + line * 0.09}
        />
      ))}
    </svg>
  );
}

/** One swell from edge to edge. Whole numbers, so that it is the same wherever it is rendered. */
function waveOf(phase: number, line: number): string {
  const y = 62 + line * 20;
  const lift = 10 + ((phase * (line + 3)) % 23);
  const start = -((phase * (line + 1)) % 160);
  return `M${start} ${y}q40 -${lift} 80 0t80 0t80 0t80 0t80 0t80 0`;
}
