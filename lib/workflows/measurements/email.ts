import { recipientsOf } from '../../config/alerts-configuration.ts';
import { ALERT_SEVERITIES, type AlertSeverity } from '../../domain/alert.ts';
import type { MeasuredEmail } from '../checks/email.ts';
import { ask } from './ask.ts';
import type { CheckContext } from './context.ts';

/** Asks SES about the account, the sender, and whoever is told of this connection. */
export function measureEmail({ deps, connection, shared }: CheckContext): Promise<MeasuredEmail> {
  const { alerts } = deps;
  const { email } = shared;
  return ask('SES', async () => {
    const [account, sender, recipients] = await Promise.all([
      email.account(),
      email.sender(alerts.sender),
      Promise.all(
        [...severitiesByRecipient(alerts, connection)].map(async ([address, severities]) => ({
          address,
          severities,
          suppression: await email.suppressionOf(address),
        })),
      ),
    ]);
    return { account, sender: { address: alerts.sender, ...sender }, recipients };
  });
}

function severitiesByRecipient(
  alerts: CheckContext['deps']['alerts'],
  { recipients: own }: CheckContext['connection'],
): Map<string, AlertSeverity[]> {
  const told = ALERT_SEVERITIES.flatMap((severity) =>
    recipientsOf(alerts, own, severity).map((address) => ({ address, severity })),
  );
  const byAddress = Map.groupBy(told, ({ address }) => address);
  return new Map(
    [...byAddress].map(([address, entries]) => [address, entries.map(({ severity }) => severity)]),
  );
}
