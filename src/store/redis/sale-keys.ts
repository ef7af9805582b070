/**
 * What a sale keeps in Redis, and as which type. All its keys exist from `prepareSale` to `forgetSale`, each with an
 * empty member that stands for nothing, and every script is given all of them in this order: a key that is born while
 * a cluster moves its slot would be written on one node and looked for on the other.
 */
export const SALE_KEYS = {
  head: 'hash',
  stock: 'hash',
  orders: 'hash',
  buyers: 'hash',
  devices: 'hash',
  reservation_deadlines: 'zset',
  payment_deadlines: 'zset',
  restocks: 'hash',
  room: 'hash',
  tickets: 'list',
  places: 'hash',
  flags: 'hash',
  restored: 'hash',
  vacant: 'zset',
  held: 'zset',
  back: 'zset',
  door: 'zset',
  admissions: 'zset',
  open_orders: 'hash',
  events: 'stream',
} as const;

const NAMES = Object.keys(SALE_KEYS);

/** The keys of a sale. They hash to one slot: what the braces hold decides about it. */
export function saleKeys(namespace: string, saleId: string): string[] {
  return NAMES.map((name) => `${namespace}:{${saleId}}:${name}`);
}

/** The ids of the sales that are kept, and of some that are not. In a slot of its own: whoever reads a sale lists it again. */
export function salesKey(namespace: string): string {
  return `${namespace}:sales`;
}

/** The same in Lua: `key.NAME` is a key, `key_type.NAME` its type. */
export function saleKeysInLua(): string {
  const keys = NAMES.map((name, index) => `${name} = KEYS[${index + 1}]`).join(', ');
  const types = Object.entries(SALE_KEYS).map(([name, type]) => `${name} = '${type}'`);
  return `local key = { ${keys} }\nlocal key_type = { ${types.join(', ')} }`;
}
