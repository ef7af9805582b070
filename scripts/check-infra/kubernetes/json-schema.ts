/** As much of a JSON schema as is looked at here. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly $ref?: string;
  readonly [keyword: string]: unknown;
}

/** Every field that an API server would drop without a word is an error: whoever wrote it meant something. */
export function strict(schema: JsonSchema): JsonSchema {
  const { properties, additionalProperties, items, ...rest } = schema;
  const isOpen = additionalProperties !== undefined || schema['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...rest,
    ...(properties && { properties: mapValues(properties, strict) }),
    ...(properties && !isOpen && { additionalProperties: false }),
    ...(additionalProperties !== undefined && { additionalProperties: strictOrOpen(additionalProperties) }),
    ...(items && { items: strict(items) }),
  };
}

/** The schema with all definitions that it leads to, in itself. */
export function selfContained(name: string, definitions: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const needed = new Set([name]);
  for (const next of needed) {
    for (const [, reference = ''] of JSON.stringify(definitions[next]).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)) {
      needed.add(reference);
    }
  }
  const included = [...needed].map((each) => [each, definitions[each]] as const);
  return { $ref: `#/definitions/${name}`, definitions: Object.fromEntries(included) };
}

function strictOrOpen(schema: boolean | JsonSchema): boolean | JsonSchema {
  return typeof schema === 'boolean' ? schema : strict(schema);
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
