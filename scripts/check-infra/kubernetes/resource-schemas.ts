import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { type JsonSchema, selfContained, strict } from './json-schema.ts';

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface CustomResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: JsonSchema } }[];
  };
}

/** What is a string in OpenAPI, and may be a number in YAML. */
const STRING_OR_NUMBER: Readonly<Record<string, JsonSchema>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['string', 'integer'] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
};

/** Schemas by file name, of every kind in the `swagger.json` of Kubernetes. */
export async function kubernetesSchemas(swagger: string): Promise<Map<string, JsonSchema>> {
  const { definitions } = JSON.parse(await readFile(swagger, 'utf8')) as { definitions: Record<string, JsonSchema> };
  const strictly = Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, strict(schema)]));
  const all = { ...strictly, ...STRING_OR_NUMBER };
  return new Map(
    Object.entries(definitions).flatMap(([name, schema]) =>
      kindsOf(schema).map((kind): [string, JsonSchema] => [schemaFile(kind), selfContained(name, all)]),
    ),
  );
}

/** Schemas by file name, of every version of a custom resource. */
export async function customSchemas(definition: string): Promise<Map<string, JsonSchema>> {
  const { spec } = parse(await readFile(definition, 'utf8')) as CustomResourceDefinition;
  return new Map(
    spec.versions.map(({ name, schema }) => [
      schemaFile({ group: spec.group, version: name, kind: spec.names.kind }),
      strict(schema.openAPIV3Schema),
    ]),
  );
}

/** As kubeconform's `{{.ResourceKind}}{{.KindSuffix}}` looks for it. */
function schemaFile({ group, version, kind }: GroupVersionKind): string {
  const [firstLabel = ''] = group.split('.');
  return `${[kind.toLowerCase(), firstLabel, version].filter(Boolean).join('-')}.json`;
}

/** None of what only stands within others; of options of a call, one for each group. */
function kindsOf(schema: JsonSchema): readonly GroupVersionKind[] {
  return (schema['x-kubernetes-group-version-kind'] ?? []) as readonly GroupVersionKind[];
}
