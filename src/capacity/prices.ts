import { type Static, Type } from 'typebox';

const what = Type.String({ minLength: 1 });
const amount = Type.Number({ minimum: 0 });
const hourly = Type.Object({ what, per_hour: amount });
const perGb = Type.Object({ what, per_gb: amount });

const cloud = Type.Object({
  compute: Type.Object({ what, cores: Type.Integer({ minimum: 2 }), per_hour: amount }),
  redis: Type.Object({ what, memory_gb: Type.Number({ exclusiveMinimum: 0 }), per_hour: amount }),
  database_core: hourly,
  kafka_broker: hourly,
  cluster: hourly,
  balancer: hourly,
  balancer_gb: perGb,
  direct_gb: perGb,
  cdn_gb: perGb,
  cdn_million_requests: Type.Object({ what, per_million: amount }),
});

/** What two clouds ask, at one date. */
export const pricesSchema = Type.Object({
  as_of: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  note: what,
  aws: cloud,
  gcp: cloud,
});

export type Prices = Static<typeof pricesSchema>;
export type CloudPrices = Prices['aws'];
export const CLOUDS = ['aws', 'gcp'] as const;
export type Cloud = (typeof CLOUDS)[number];
