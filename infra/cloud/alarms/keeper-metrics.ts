import type { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** As lib/metrics writes them; a test holds both alike. */
const NAMESPACE = 'ZohoTokenRecovery';

/** How many metrics an expression of an alarm may name: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html */
const MAX_METRICS_OF_AN_ALARM = 10;

/** A metric of the keeper over all connections. */
export function overAll(
  metricName: string,
  options: Required<Pick<MetricOptions, 'statistic' | 'period'>>,
): Metric {
  return new Metric({ namespace: NAMESPACE, metricName, ...options });
}

/**
 * The same with a value for each period without one. An alarm looks for earlier values than those of its periods before it
 * takes one for missing: without this, silence would be noticed hours late.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function filled(metric: Metric, value: number, period: Duration): MathExpression {
  return new MathExpression({
    expression: `FILL(measured, ${value})`,
    usingMetrics: { measured: metric },
    label: metric.metricName,
    period,
  });
}

/** What CloudWatch counts of functions, summed up: `Errors`, `Throttles`. */
export function sumOver(
  functions: readonly IFunction[],
  metricName: string,
  period: Duration,
): MathExpression {
  if (functions.length > MAX_METRICS_OF_AN_ALARM) {
    throw new RangeError(`an alarm can watch ${MAX_METRICS_OF_AN_ALARM} functions, not ${functions.length}`);
  }
  const metrics = functions.map((lambda) => lambda.metric(metricName, { statistic: 'Sum' }));
  return new MathExpression({
    expression: metrics.map((_metric, index) => `FILL(m${index}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    label: metricName,
    period,
  });
}

/**
 * A metric of the keeper, one line for each class of failure, whichever there were.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-search-expressions.html
 */
export function byFailureClass(metricName: string, statistic: string, period: Duration): MathExpression {
  const schema = `${NAMESPACE},failureClass`;
  return new MathExpression({
    expression: `SEARCH('{${schema}} MetricName="${metricName}"', '${statistic}', ${period.toSeconds()})`,
    usingMetrics: {},
    label: `\${PROP('Dim.failureClass')}`,
    period,
  });
}
