import { type Static, type TSchema, type TSchemaOptions, Type } from 'typebox';

/** Printable ASCII without spaces: safe in a header, a URL, a log line and a key. */
function printable(maxLength: number, options: TSchemaOptions) {
  return Type.String({ ...options, pattern: `^[!-~]{1,${maxLength}}$` });
}

/**
 * Any character but those of `excluded`: whole characters, never half of a surrogate pair, which no database takes. The
 * second alternative is for readers of patterns that do not know the `u` flag, and see each pair as its halves.
 */
function characterBut(excluded: string): string {
  return `(?:[^${excluded}\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])`;
}

/** One line of text in any script: not blank, no control characters. */
function line(maxLength: number, options: TSchemaOptions) {
  return Type.String({
    ...options,
    minLength: 1,
    maxLength,
    pattern: `^(?=.*\\S)${characterBut('\\u0000-\\u001f\\u007f')}+$`,
  });
}

/** Text in any script, with tabs and line breaks but no other control characters. */
function text(maxLength: number, options: TSchemaOptions) {
  return Type.String({
    ...options,
    maxLength,
    pattern: `^${characterBut('\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f')}*$`,
  });
}

/** A string out of a fixed list of snake_case codes. */
export function codes<const Codes extends string[]>(values: readonly [...Codes], options: TSchemaOptions = {}) {
  return Type.Enum(values, { type: 'string', ...options });
}

/** `schema` or null. `schema` has a single `type` and no `enum`. */
export function nullable<Schema extends TSchema & { type: string }>(schema: Schema, options: TSchemaOptions = {}) {
  return Type.Unsafe<Static<Schema> | null>({ ...schema, ...options, type: [schema.type, 'null'] });
}

/** One of `values`, or null. */
export function nullableCodes<const Codes extends string[]>(values: readonly [...Codes], options: TSchemaOptions = {}) {
  return Type.Unsafe<Codes[number] | null>({ type: ['string', 'null'], enum: [...values, null], ...options });
}

const EXAMPLE_ID = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';

export const saleId = Type.String({ format: 'uuid', description: 'The sale.', examples: [EXAMPLE_ID] });
export const orderId = Type.String({ format: 'uuid', description: 'The order.', examples: [EXAMPLE_ID] });
export const userId = printable(100, {
  description: 'The buyer, as named by the identity provider (`sub`).',
  examples: ['guest-7f3a9c'],
});
export const skuId = printable(100, { description: 'The item.', examples: ['SNEAKER-42'] });
export const deviceFingerprint = printable(200, {
  description: "What the shop's page knows the buyer's device by.",
  examples: ['fp-4be0643f1d98'],
});
export const paymentMethod = printable(200, {
  description:
    "The token that stands for the buyer's means of payment; never a card number. " +
    'Test methods: `pm_ok`, `pm_declined`, `pm_timeout`.',
  examples: ['pm_ok'],
});
export const correlationId = printable(200, {
  description: 'Names this request in every answer, log line and event.',
  examples: ['b1946ac92492d2347c6235b4d2611184'],
});

export const quantity = Type.Integer({ minimum: 1, maximum: 1000, description: 'Units.', examples: [1] });
export const stock = Type.Integer({ minimum: 0, maximum: 10_000_000, description: 'Units.', examples: [1000] });
/** How many of something there are now. */
export const units = Type.Integer({ minimum: 0, description: 'Units.', examples: [1] });

export const priceMinor = Type.Integer({
  minimum: 1,
  // The largest basket at this price is still a safe integer.
  maximum: 10_000_000_000,
  description: "Price of one unit, in minor units of the sale's currency.",
  examples: [9900],
});
export const totalMinor = Type.Integer({
  minimum: 1,
  description: "Sum of all lines, in minor units of the sale's currency.",
  examples: [9900],
});
export const currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.', examples: ['EUR'] });

/** A moment in a request: UTC and without leap seconds, so that every clock can represent it. */
export const time = Type.String({
  format: 'date-time',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:[0-5]\\d(\\.\\d{1,9})?Z$',
  description: 'ISO 8601, UTC.',
  examples: ['2030-11-29T09:00:00.000Z'],
});

export const name = line(200, { description: 'Shown to buyers.', examples: ['Trail Runner 42'] });
export const description = text(5000, { description: 'Shown to buyers.', examples: ['Waterproof, 280 g.'] });
export const note = line(500, { examples: ['Parcel 00340434161094042557'] });
export const imageUrl = Type.String({
  maxLength: 2000,
  pattern: '^(https?://[!-~]+|/(?![/\\\\])[!-~]*)$',
  description: "An http(s) URL, or a path from the storefront's root.",
  examples: ['/images/sneaker-42.webp'],
});

export const cursor = printable(500, {
  description: '`next_cursor` of the page before. Opaque.',
  examples: ['MjAzMC0xMS0yOQ'],
});
export const nextCursor = nullable(Type.String(), {
  description: 'Where the next page begins; null on the last.',
  examples: [null],
});
export const limit = Type.Integer({
  minimum: 1,
  maximum: 200,
  default: 50,
  description: 'The most entries that a page may have.',
  examples: [50],
});
export const searchText = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
  examples: ['sneaker'],
});

export const customer = Type.Object(
  {
    name: line(200, { description: 'Full name.', examples: ['Sam Example'] }),
    email: Type.String({ format: 'email', maxLength: 254, examples: ['sam@example.com'] }),
    phone: Type.Optional(Type.String({ pattern: '^\\+?[0-9 ()./-]{3,40}$', examples: ['+49 30 123456'] })),
    address: Type.Optional(text(1000, { examples: ['1 Example Street\n10115 Berlin'] })),
  },
  {
    additionalProperties: false,
    description: 'Who the goods go to. Kept in the ledger alone; erased by `eraseCustomer`.',
  },
);

export type Customer = Static<typeof customer>;
