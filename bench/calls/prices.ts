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
    z.object({ usd: z.number(), per: z.number().positive(), unit: z.string(), source: z.url() }),
  ),
});

/** Public list prices, without free tiers and discounts, with their day and where each stands. */
export interface PriceList {
  readonly asOf: string;
  readonly region: string;
  /** In US dollars for one. */
  readonly usdOf: Readonly<Record<PriceName, number>>;
}

/** @throws {z.ZodError} when `prices.json` lacks one */
export function readPrices(): PriceList {
  const text = readFileSync(new URL('prices.json', import.meta.url), 'utf8');
  const { asOf, region, prices } = priceListSchema.parse(JSON.parse(text));
  const entries = PRICE_NAMES.map((name) => [name, prices[name].usd / prices[name].per]);
  return { asOf, region, usdOf: Object.fromEntries(entries) };
}
