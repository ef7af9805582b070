import { describe, expect, test } from 'vitest';
import { withImage } from '../scripts/set-image/with-image.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const KUSTOMIZATION = `# As production.
resources:
  - ../../base
# What runs.
images:
  - name: tidegate
    newName: ghcr.io/shop/tidegate
    newTag: 0.1.0
  - name: tidegate-blue
    newName: ghcr.io/shop/tidegate
    newTag: 0.1.0
  - name: redis
    newTag: 7.4.1-bookworm
patches:
  - target: { kind: Ingress }
`;

describe('setting the image of an environment', () => {
  test('changes what it names, and leaves every other line as it is', () => {
    const changed = withImage(KUSTOMIZATION, `ghcr.io/other/tidegate:0.2.0@${DIGEST}`, ['tidegate-blue']);
    const expected = KUSTOMIZATION.split('\n');
    expected.splice(9, 2, '    newName: ghcr.io/other/tidegate', '    newTag: 0.2.0', `    digest: ${DIGEST}`);
    expect(changed).toBe(expected.join('\n'));
  });

  test('takes the digest of the version before away', () => {
    const pinned = withImage(KUSTOMIZATION, `ghcr.io/shop/tidegate:0.2.0@${DIGEST}`, ['tidegate']);
    expect(withImage(pinned, 'ghcr.io/shop/tidegate:0.1.0', ['tidegate'])).toBe(KUSTOMIZATION);
  });

  test.each(['tidegate', 'tidegate:latest', 'tidegate:0.2', 'tidegate:0.2.0@sha256:abc'])('refuses %s', (image) => {
    expect(() => withImage(KUSTOMIZATION, image, ['tidegate'])).toThrow(image);
  });

  test('refuses a name that the environment does not have: it would change nothing', () => {
    expect(() => withImage(KUSTOMIZATION, 'tidegate:0.2.0', ['tidegate-green'])).toThrow('tidegate-green');
  });
});
