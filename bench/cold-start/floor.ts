import type { BundlePart } from '../../infra/cloud/bundle.ts';

/** A client of the SDK, and the least that can be asked with it. */
interface Client {
  readonly name: string;
  /** What its requests are signed for. */
  readonly service: string;
  readonly command: string;
  /** The command's input, as source text; names of resources are in the environment. */
  readonly input: string;
}

/** The SDK's packages that functions use. */
const CLIENTS: Readonly<Record<string, Client>> = {
  '@aws-sdk/client-dynamodb': {
    name: 'DynamoDBClient',
    service: 'dynamodb',
    command: 'GetItemCommand',
    input: "{ TableName: process.env.STATE_TABLE_NAME, Key: { id: { S: 'floor' } } }",
  },
  '@aws-sdk/client-eventbridge': {
    name: 'EventBridgeClient',
    service: 'events',
    command: 'PutEventsCommand',
    input: "{ Entries: [{ Source: 'floor', DetailType: 'floor', Detail: '{}' }] }",
  },
  '@aws-sdk/client-kms': {
    name: 'KMSClient',
    service: 'kms',
    command: 'DescribeKeyCommand',
    input: '{ KeyId: process.env.PRIMARY_KEY_ID }',
  },
  '@aws-sdk/client-s3': {
    name: 'S3Client',
    service: 's3',
    command: 'HeadBucketCommand',
    input: '{ Bucket: process.env.BACKUP_BUCKET_NAME }',
  },
  '@aws-sdk/client-secrets-manager': {
    name: 'SecretsManagerClient',
    service: 'secretsmanager',
    command: 'GetSecretValueCommand',
    input: "{ SecretId: 'zoho/clients/main' }",
  },
  '@aws-sdk/client-ses': {
    name: 'SESClient',
    service: 'ses',
    command: 'GetSendQuotaCommand',
    input: '{}',
  },
  '@aws-sdk/client-sesv2': {
    name: 'SESv2Client',
    service: 'ses',
    command: 'GetAccountCommand',
    input: '{}',
  },
};

/** How many requests a function makes to each service, by the name that they are signed for. */
export type Requests = Readonly<Record<string, number>>;

/**
 * An empty handler that makes the same SDK clients as a function: what any function with them takes at least.
 *
 * @param parts what the function's bundle is made of
 */
export function floorSource(parts: readonly BundlePart[]): string {
  const clients = clientsIn(parts);
  const imports = clients.map(([module, { name }]) => `import { ${name} } from '${module}';`);
  const made = clients.map(([, { name }]) => `new ${name}({})`);
  return [
    ...imports,
    `const clients = [${made.join(', ')}];`,
    'export const handler = async () => clients.length;',
    '',
  ].join('\n');
}

/**
 * A handler with the same clients that asks as much of each service as a function does, one request after the other and each
 * as small as there is, and makes nothing of the answers.
 *
 * @throws for requests to a service that it has no client of: it would ask less than the function
 */
export function askingFloorSource(parts: readonly BundlePart[], requests: Requests): string {
  const clients = clientsIn(parts);
  const known = new Set(clients.map(([, { service }]) => service));
  const unknown = Object.keys(requests).find((service) => !known.has(service));
  if (unknown) throw new Error(`the floor has no client for requests to ${unknown}`);
  const imports = clients.map(
    ([module, { name, command }]) => `import { ${name}, ${command} } from '${module}';`,
  );
  const asked = clients.map(
    ([, { name, service, command, input }]) =>
      `  [new ${name}({}), () => new ${command}(${input}), ${requests[service] ?? 0}],`,
  );
  return [
    ...imports,
    'const asked = [',
    ...asked,
    '];',
    'export const handler = async () => {',
    '  for (const [client, command, times] of asked) {',
    '    for (let time = 0; time < times; time += 1) await client.send(command());',
    '  }',
    '};',
    '',
  ].join('\n');
}

/** @throws for a client of the SDK that is not known here: the floor would be too low */
function clientsIn(parts: readonly BundlePart[]): [string, Client][] {
  return parts
    .filter(({ name }) => name.startsWith('@aws-sdk/client-'))
    .map(({ name }): [string, Client] => {
      const client = CLIENTS[name];
      if (client === undefined)
        throw new Error(`${name} is in a bundle, and the floor does not know its client`);
      return [name, client];
    })
    .sort(([a], [b]) => a.localeCompare(b));
}
