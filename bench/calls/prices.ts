import { readFileSync } from 'node:fs';
import * as z from 'zod';

const PRICE_NAMES = [
  'secretMonth',
  'secretsManagerCall',
  'kmsKeyMonth',
  'kmsRequest',
  'dynamodbWriteUnit',
  'dynamodbReadUnit',
  's3Put',
  's3Get',
  'event',
  'lambdaRequest',
  'lambdaGbSecond',
  'metricMonth',
  'alarmMetricMonth',
  'dashboardMonth',
  'logGb',
  'trace',
  'fargateVcpuHour',
  'fargateGbHour',
  'postgresHour',
  'postgresStorageGbMonth',
  'hostedBaseMonth',
] as const;
export type PriceName = (typeof PRICE_NAMES)[number];

const priceListSchema = z.object({
  asOf: z.iso.date(),
  region: z.string(),
  currency: z.literal('USD'),
  prices: z.record(
    z.enum(PRICE_NAMES),
    z.object({
      usd: z.number(),
      per: z.number().positive(),
      unit: z.string(),
      /** Whose price list it is. */
      source: z.url(),
      /** Where it was read on that day, the price list itself being out of reach; null for one that nothing confirmed. */
      seenAt: z.url().nullable(),
    }),
  ),
});

/** Public list prices, without free tiers and discounts, as they were known on a day. */
export interface PriceList {
  readonly asOf: string;
  readonly region: string;
  /** In US dollars for one. */
  readonly usdOf: Readonly<Record<PriceName, number>>;
  /** The prices that were known, and confirmed by nothing on that day. */
  readonly unconfirmed: readonly PriceName[];
}

/** @throws {z.ZodError} when `prices.json` lacks one */
export function readPrices(): PriceList {
  const text = readFileSync(new URL('prices.json', import.meta.url), 'utf8');
  const { asOf, region, prices } = priceListSchema.parse(JSON.parse(text));
  const entries = PRICE_NAMES.map((name) => [name, prices[name].usd / prices[name].per]);
  const unconfirmed = PRICE_NAMES.filter((name) => prices[name].seenAt === null);
  return { asOf, region, usdOf: Object.fromEntries(entries), unconfirmed };
}
