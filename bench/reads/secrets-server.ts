import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccessToken } from '../../lib/domain/access-token.ts';

export const SECRET_ID = 'zoho/crm/access-token';

/** A stand-in for Secrets Manager that answers every request with one published token, until the process ends. */
export interface SecretsServer {
  readonly endpoint: string;
  /** How many came so far. */
  requests(): number;
}

export async function startSecretsServer(): Promise<SecretsServer> {
  let requests = 0;
  const token: AccessToken = {
    schemaVersion: 1,
    connection: 'crm',
    accessToken: '1000.access-token-of-a-benchmark',
    expiresAt: new Date(Date.now() + 50 * 60_000).toISOString(),
    apiDomain: 'https://www.zohoapis.eu',
    generation: 1,
  };
  const answer = JSON.stringify({ Name: SECRET_ID, SecretString: JSON.stringify(token) });
  const server = createServer((_request, response) => {
    requests += 1;
    response.setHeader('content-type', 'application/x-amz-json-1.1').end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests: () => requests,
  };
}
