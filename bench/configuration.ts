import { type Configuration, checkConfiguration } from '../lib/config/configuration.ts';

export const SCOPES = ['ZohoCRM.org.READ'];

/** So many connections alike. */
export function configurationOf(connections: number): Configuration {
  return checkConfiguration(
    {
      connections: Array.from({ length: connections }, (_, index) => ({
        id: `crm-${index}`,
        client: 'main',
        dataCenter: 'eu',
        scopes: SCOPES,
        probe: 'crm',
      })),
      alerts: { sender: 'keeper@example.com', recipients: { default: ['team@example.com'] } },
    },
    'the bench',
  );
}
