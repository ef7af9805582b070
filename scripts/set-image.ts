import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { withImage } from './set-image/with-image.ts';

const ABOUT = `Writes into the manifests of an environment which image it runs. Nothing else is changed, and nothing is deployed:
Argo CD does that once the change is on its branch.`;

await new Command('node scripts/set-image.ts')
  .description(ABOUT)
  .argument('<environment>', 'a folder of deploy/kustomize/overlays')
  .argument('<image>', 'registry/name:tag, better with @sha256:…')
  .option('--only <name...>', 'tidegate (processors, migrations), tidegate-blue, tidegate-green; otherwise all of them')
  .action(async (environment: string, image: string, { only }: { only?: string[] }) => {
    const file = new URL(`../deploy/kustomize/overlays/${environment}/kustomization.yaml`, import.meta.url);
    await writeFile(file, withImage(await readFile(file, 'utf8'), image, only));
    console.log(`${fileURLToPath(file)}: ${image}`);
  })
  .parseAsync();
