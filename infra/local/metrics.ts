import * as z from 'zod';

/** Metrics that a function handed to CloudWatch by a line of its log. */
export interface MetricsReport {
  readonly atMs: number;
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** One value, or several that came together, by the metric's name. */
  readonly metrics: Readonly<Record<string, number | readonly number[]>>;
}

const directiveSchema = z.object({
  Namespace: z.string(),
  Dimensions: z.array(z.array(z.string())),
  Metrics: z.array(z.object({ Name: z.string() })),
});
const lineSchema = z.looseObject({
  _aws: z.object({ Timestamp: z.number(), CloudWatchMetrics: z.array(directiveSchema) }),
});
const dimensionSchema = z.string();
const valueSchema = z.union([z.number(), z.array(z.number())]);

/**
 * Reads a line in CloudWatch's embedded metric format. CloudWatch makes metrics of it; no person reads it.
 *
 * @returns null for any other line
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function parseMetrics(line: string): readonly MetricsReport[] | null {
  try {
    const { _aws, ...fields } = lineSchema.parse(JSON.parse(line));
    return _aws.CloudWatchMetrics.map(({ Namespace, Dimensions, Metrics }) => ({
      atMs: _aws.Timestamp,
      namespace: Namespace,
      dimensions: pick(fields, Dimensions.flat(), dimensionSchema),
      metrics: pick(
        fields,
        Metrics.map(({ Name }) => Name),
        valueSchema,
      ),
    }));
  } catch {
    return null;
  }
}

/** One event for a script, beside those of the connections. */
export function toMetricsEvent({ atMs, ...report }: MetricsReport): Record<string, unknown> {
  return { event: 'metrics', at: new Date(atMs).toISOString(), ...report };
}

/** The fields that a line names; they stand at its top. */
function pick<T>(fields: Record<string, unknown>, names: readonly string[], schema: z.ZodType<T>) {
  return Object.fromEntries(names.map((name) => [name, schema.parse(fields[name])]));
}
