/** Holds what a person is told when there is no token: which secret, where, what to do; never what stands in it. */
import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { ZohoTokenUnavailableError } from '../../../lib/client/errors.ts';
import type { AccessToken } from '../../../lib/domain/access-token.ts';
import { aDocument, aReader, MINUTE_MS, NOW_MS, REGION, SECRET_ID, startSecrets } from './support.ts';

const SECRET_VALUE = 'what-stands-in-the-secret';
const PLACE = `${SECRET_ID} in ${REGION}`;

async function failureOf(client: SecretsManagerClient, secretId = SECRET_ID) {
  const { reader } = aReader(client, { secretId });
  const error = await reader.getAccessToken().catch((thrown: unknown) => thrown);
  if (!(error instanceof ZohoTokenUnavailableError)) throw error;
  return error;
}

/** Everything that a log could show of an error, its causes included. */
function toldBy(error: Error): string {
  const parts = [error.name, error.message, error.stack ?? '', JSON.stringify(error)];
  return parts.join('\n') + (error.cause instanceof Error ? toldBy(error.cause) : '');
}

describe('over a real socket', () => {
  it('no such secret: names the region that was asked', async () => {
    const { client } = await startSecrets();
    const error = await failureOf(client, 'zoho/typo/access-token');
    expect(error.name).toBe('ZohoTokenUnavailableError');
    expect(error.code).toBe('SECRET_NOT_FOUND');
    expect(error.message).toContain('There is no secret zoho/typo/access-token in eu-central-1. Check');
    expect(error.cause).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('a secret without a value: a first consent is needed', async () => {
    const { client } = await startSecrets();
    const error = await failureOf(client);
    expect(error.code).toBe('NOT_PUBLISHED');
    expect(error.message).toContain(`The secret ${PLACE} holds no access token yet. An admin`);
  });

  it('a secret that is about to be deleted', async () => {
    const { client, publish } = await startSecrets();
    await publish();
    await client.send(new DeleteSecretCommand({ SecretId: SECRET_ID }));
    expect((await failureOf(client)).code).toBe('SECRET_BEING_DELETED');
  });

  it.each<[string, string, string]>([
    ['not JSON', `${SECRET_VALUE}`, 'does not hold a JSON object'],
    ['a list', `["${SECRET_VALUE}"]`, 'does not hold a JSON object'],
    ['cut off', JSON.stringify(aDocument({ accessToken: SECRET_VALUE })).slice(0, -9), 'not hold a JSON'],
    [
      'a credential',
      JSON.stringify({ schemaVersion: 1, connection: 'crm', refreshToken: SECRET_VALUE }),
      'has missing or wrong fields (accessToken, expiresAt, apiDomain, generation)',
    ],
    ['a token that no header can hold', documentWith({ accessToken: `${SECRET_VALUE}\n` }), 'no header'],
    [
      'another connection’s',
      documentWith({ connection: 'books', accessToken: SECRET_VALUE }),
      'holds another connection’s access token',
    ],
    ['an API domain without TLS', documentWith({ apiDomain: 'http://zohoapis.eu' }), 'is not https'],
    ['an API domain that is no origin', documentWith({ apiDomain: 'javascript:alert(1)' }), 'is not https'],
  ])('%s: no access token as the keeper publishes it', async (_, text, what) => {
    const { client, putText } = await startSecrets();
    await putText(text);
    const error = await failureOf(client);
    expect(error.code).toBe('DOCUMENT_UNUSABLE');
    expect(error.message).toContain(`The secret ${PLACE} `);
    expect(error.message).toContain(what);
    expect(error.message).toContain('tell the keeper’s operators');
    expect(toldBy(error)).not.toContain(SECRET_VALUE);
  });

  it('takes whatever connection stands in a secret of another name', async () => {
    const { client, publish } = await startSecrets();
    await publish({ connection: 'books' });
    const { ARN = '' } = await client.send(new GetSecretValueCommand({ SecretId: SECRET_ID }));
    const misnamed = new SecretsManagerClient({ region: REGION });
    const SecretString = JSON.stringify(aDocument({ connection: 'books' }));
    mockClient(misnamed).on(GetSecretValueCommand).resolves({ SecretString });
    const { reader } = aReader(misnamed, { secretId: 'crm/zoho-token' });
    expect((await reader.getToken()).connection).toBe('books');
    for (const secretId of [ARN, ARN.slice(0, -7)]) {
      expect((await failureOf(client, secretId)).message).toContain(
        'holds another connection’s access token',
      );
    }
  });

  it('bytes', async () => {
    const { client } = await startSecrets();
    await client.send(
      new PutSecretValueCommand({ SecretId: SECRET_ID, SecretBinary: Buffer.from(SECRET_VALUE) }),
    );
    const error = await failureOf(client);
    expect(error.code).toBe('DOCUMENT_UNUSABLE');
    expect(error.message).toContain('holds bytes instead of text');
  });

  it('a document of a later format: the package is to be updated', async () => {
    const { client, putText } = await startSecrets();
    await putText(JSON.stringify({ ...aDocument(), schemaVersion: 2 }));
    const error = await failureOf(client);
    expect(error.code).toBe('DOCUMENT_NEWER');
    expect(error.message).toContain('Update the package.');
  });

  it('a connection that is down: since when, and where to look', async () => {
    const { client, publish } = await startSecrets();
    await publish({ accessToken: SECRET_VALUE, expiresAt: new Date(NOW_MS - MINUTE_MS).toISOString() });
    const error = await failureOf(client);
    expect(error.code).toBe('TOKEN_EXPIRED');
    expect(error.message).toContain(
      `The secret ${PLACE} holds an access token that ended at 2026-11-23T07:59`,
    );
    expect(error.message).toContain('status in the keeper’s admin API');
    expect(toldBy(error)).not.toContain(SECRET_VALUE);
  });
});

describe('what only AWS itself answers', () => {
  const client = new SecretsManagerClient({ region: REGION });

  it.each<[string, string, string, RegExp]>([
    [
      'AccessDeniedException',
      'User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: secretsmanager:GetSecretValue on resource: zoho/crm/access-token because no identity-based policy allows the secretsmanager:GetSecretValue action',
      'ACCESS_DENIED',
      /may not be read\. Give the function’s role secretsmanager:GetSecretValue/,
    ],
    [
      'AccessDeniedException',
      'User: arn:aws:sts::1:assumed-role/a/b is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-central-1:2:secret:zoho/crm/access-token because no resource-based policy allows the secretsmanager:GetSecretValue action',
      'ACCESS_DENIED',
      /From another account, the secret’s and its key’s policies have to allow it too/,
    ],
    [
      'AccessDeniedException',
      'Access to KMS is not allowed',
      'KEY_ACCESS_DENIED',
      /From another account, the secret’s and its key’s policies have to allow it too/,
    ],
    [
      'InvalidRequestException',
      "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
      'KEY_UNUSABLE',
      /AWS’s own, which no other account can use\. Tell the keeper’s operators/,
    ],
    [
      'ValidationException',
      'Invalid name',
      'SECRET_NOT_FOUND',
      /There is no secret .* Check the connection’s id/,
    ],
    [
      'InvalidParameterException',
      'Invalid name',
      'SECRET_NOT_FOUND',
      /There is no secret .* Check the connection’s id/,
    ],
    ['AccessDeniedException', 'Access to KMS is not allowed', 'KEY_ACCESS_DENIED', /role kms:Decrypt/],
    ['KMSAccessDeniedException', 'denied', 'KEY_ACCESS_DENIED', /role kms:Decrypt/],
    ['DecryptionFailure', 'Secrets Manager can’t decrypt', 'KEY_UNUSABLE', /its key is disabled/],
    ['ThrottlingException', 'Rate exceeded', 'SECRETS_MANAGER_UNAVAILABLE', /ThrottlingException/],
    ['InternalServiceError', 'oops', 'SECRETS_MANAGER_UNAVAILABLE', /The next call tries again/],
    ['InvalidRequestException', 'something else', 'SECRETS_MANAGER_UNAVAILABLE', /InvalidRequest/],
  ])('%s “%.30s…”', async (name, message, code, words) => {
    const refusal = new SecretsManagerServiceException({ name, message, $fault: 'client', $metadata: {} });
    mockClient(client).on(GetSecretValueCommand).rejects(refusal);
    const error = await failureOf(client);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(words);
    expect(error.message).toContain(PLACE);
    expect(error.cause).toBe(refusal);
  });

  it('an answer that the SDK cannot parse: its error quotes the answer, so it is not kept', async () => {
    mockClient(client)
      .on(GetSecretValueCommand)
      .rejects(new SyntaxError(`Unexpected end of "${SECRET_VALUE}"`));
    const error = await failureOf(client);
    expect(error.code).toBe('SECRETS_MANAGER_UNAVAILABLE');
    expect(toldBy(error)).not.toContain(SECRET_VALUE);
  });

  it('no network', async () => {
    const unreachable = new SecretsManagerClient({
      region: REGION,
      endpoint: 'http://127.0.0.1:9',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const error = await failureOf(unreachable);
    expect(error.code).toBe('SECRETS_MANAGER_UNAVAILABLE');
    expect(error.message).toContain('check the function’s network, region and credentials');
  });
});

function documentWith(differing: Partial<AccessToken>): string {
  return JSON.stringify(aDocument(differing));
}
