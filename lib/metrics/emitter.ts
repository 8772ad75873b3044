import type { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRIC_UNITS, METRICS_NAMESPACE, type Measurement, type MetricName } from './measurement.ts';

/** Writes measurements down. Never throws: a refresh does not fail because it could not be counted. */
export type Emit = (measurements: readonly Measurement[]) => void;

/**
 * Writes each measurement as one line in CloudWatch's embedded metric format, which costs no call to AWS. It counts over
 * all connections: one metric for each of them would cost more than all that the keeper does for it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function createEmitter(logger: Pick<Logger, 'warn'>): Emit {
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
  // Powertools would count everything by `service`: one more metric of each, all the same.
  metrics.clearDefaultDimensions();
  return (measurements) => {
    try {
      for (const measurement of measurements) write(metrics, measurement);
    } catch (fault) {
      // What was begun would be written with the next.
      metrics.clearMetrics();
      metrics.clearDimensions();
      metrics.clearMetadata();
      const errorName = fault instanceof Error ? fault.name : typeof fault;
      logger.warn('what happened is not in the metrics', { code: 'METRICS_NOT_WRITTEN', errorName });
    }
  };
}

function write(metrics: Metrics, { connection, dimensions, values }: Measurement): void {
  if (connection !== null) metrics.addMetadata('connection', connection);
  if (Object.keys(dimensions).length > 0) metrics.addDimensions({ ...dimensions });
  metrics.addDimensions({});
  for (const [name, numbers] of Object.entries(values)) {
    for (const number of numbers) metrics.addMetric(name, METRIC_UNITS[name as MetricName], number);
  }
  metrics.publishStoredMetrics();
}
