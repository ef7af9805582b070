import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';

/** Processors and migrations, and the gateways of either color. */
const NAMES = ['tidegate', 'tidegate-blue', 'tidegate-green'];
/** A tag that names a version or a commit: `latest` would be another image tomorrow. */
const IMAGE =
  /^(?<newName>[\w./-]+(?::\d+\/[\w./-]+)?):(?<newTag>\d+\.\d+\.\d+|[0-9a-f]{40})(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/**
 * A kustomization.yaml whose `images` of these names are `image`; everything else, comments too, is as it was. Throws when the
 * tag is none that stays what it is, and when the file does not name one of the images.
 */
export function withImage(kustomization: string, image: string, names: readonly string[] = NAMES): string {
  const { newName, newTag, digest } = IMAGE.exec(image)?.groups ?? {};
  if (!newName) throw new Error(`${image} is not name:1.2.3, or name:<commit>, with or without @sha256:<digest>`);
  const document = parseDocument(kustomization);
  for (const name of names) {
    const entry = imageNamed(document.get('images'), name);
    entry.set('newName', newName);
    entry.set('newTag', newTag);
    if (digest) entry.set('digest', digest);
    else entry.delete('digest');
  }
  return document.toString({ lineWidth: 0 });
}

function imageNamed(images: unknown, name: string): YAMLMap {
  const entries = isSeq(images) ? images.items : [];
  const entry = entries.find((item): item is YAMLMap => isMap(item) && item.get('name') === name);
  if (entry === undefined) throw new Error(`No image is called ${name}`);
  return entry;
}
