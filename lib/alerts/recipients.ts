import type { AlertsConfiguration, Recipients } from '../config/alerts-configuration.ts';
import { recipientsOf } from '../config/alerts-configuration.ts';
import { type Message, severitiesOf } from '../domain/alert.ts';

/** Whom a message goes to, each once. */
export function addressesOf(
  message: Message,
  alerts: Pick<AlertsConfiguration, 'recipients'>,
  own: Recipients | null,
): string[] {
  return [...new Set(severitiesOf(message).flatMap((severity) => recipientsOf(alerts, own, severity)))];
}
