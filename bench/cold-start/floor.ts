import type { BundlePart } from '../../infra/cloud/bundle.ts';

/** The SDK's packages that functions use, each with its client. */
const CLIENTS: Readonly<Record<string, string>> = {
  '@aws-sdk/client-dynamodb': 'DynamoDBClient',
  '@aws-sdk/client-eventbridge': 'EventBridgeClient',
  '@aws-sdk/client-kms': 'KMSClient',
  '@aws-sdk/client-s3': 'S3Client',
  '@aws-sdk/client-secrets-manager': 'SecretsManagerClient',
  '@aws-sdk/client-ses': 'SESClient',
  '@aws-sdk/client-sesv2': 'SESv2Client',
};

/**
 * An empty handler that makes the same SDK clients as a function: what any function with them takes at least.
 *
 * @param parts what the function's bundle is made of
 */
export function floorSource(parts: readonly BundlePart[]): string {
  const clients = clientsIn(parts);
  const imports = clients.map(([name, client]) => `import { ${client} } from '${name}';`);
  const made = clients.map(([, client]) => `new ${client}({})`);
  return [
    ...imports,
    `const clients = [${made.join(', ')}];`,
    'export const handler = async () => clients.length;',
    '',
  ].join('\n');
}

/** @throws for a client of the SDK that is not known here: the floor would be too low */
function clientsIn(parts: readonly BundlePart[]): [string, string][] {
  return parts
    .filter(({ name }) => name.startsWith('@aws-sdk/client-'))
    .map(({ name }): [string, string] => {
      const client = CLIENTS[name];
      if (client === undefined)
        throw new Error(`${name} is in a bundle, and the floor does not know its client`);
      return [name, client];
    })
    .sort(([a], [b]) => a.localeCompare(b));
}
