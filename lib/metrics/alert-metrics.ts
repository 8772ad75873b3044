import type { Measurement } from './measurement.ts';

/**
 * How many alerts wait to be sent. With every run, also when it is none: the alarm takes silence for a function that does
 * not run.
 */
export function measureAlerts(waiting: number): Measurement {
  return { connection: null, dimensions: {}, values: { AlertsWaiting: [waiting] } };
}
