import {
  DecryptionFailure,
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { credentialSchema } from '../../../lib/domain/credential.ts';
import { readSecret, SecretUnusableError } from '../../../lib/vault/secret-document.ts';
import { aCredential } from '../../support/builders.ts';

const client = new SecretsManagerClient({});
const secretsManager = mockClient(client);
beforeEach(() => secretsManager.reset());

const SECRET_ID = 'zoho/crm/credential';
const TOKEN = '1000.5eb3cret5eb3cret5eb3cret5eb3cret';
const metadata = { $metadata: {}, message: '' };

const read = () =>
  readSecret(client, {
    secretId: SECRET_ID,
    stage: 'AWSCURRENT',
    schema: credentialSchema,
    ownerKey: 'connection',
    owner: 'crm',
  });

async function faultOf(text: string | undefined): Promise<SecretUnusableError> {
  secretsManager
    .on(GetSecretValueCommand)
    .resolves({ VersionId: 'v1', ...(text === undefined ? {} : { SecretString: text }) });
  const fault = await read().catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(SecretUnusableError);
  return fault as SecretUnusableError;
}

/** Everything of an error that could end in a log. */
const everythingSaid = (error: Error) =>
  JSON.stringify([error.message, error.stack, error.cause, Object.entries(error)]) + String(error.cause);

describe('a stored secret', () => {
  it('is read with its version', async () => {
    const credential = aCredential();
    secretsManager
      .on(GetSecretValueCommand)
      .resolves({ VersionId: 'v1', SecretString: JSON.stringify(credential) });
    expect(await read()).toEqual({ versionId: 'v1', document: credential });
  });

  it.each<[string, string | undefined, string]>([
    ['empty', '', 'SECRET_EMPTY'],
    ['only white space', ' \n', 'SECRET_EMPTY'],
    ['binary', undefined, 'SECRET_EMPTY'],
    ['a bare token', TOKEN, 'SECRET_NOT_JSON'],
    ['a token in quotes', JSON.stringify(TOKEN), 'SECRET_NOT_JSON'],
    ['a list', JSON.stringify([TOKEN]), 'SECRET_NOT_JSON'],
    ['cut off', JSON.stringify(aCredential({ refreshToken: TOKEN })).slice(0, -9), 'SECRET_NOT_JSON'],
    [
      'of a newer schema',
      JSON.stringify({ ...aCredential({ refreshToken: TOKEN }), schemaVersion: 2 }),
      'SECRET_NEWER_SCHEMA',
    ],
    ['for another connection', JSON.stringify(aCredential({ connection: TOKEN })), 'SECRET_OTHER_CONNECTION'],
    ['blank where the token stands', JSON.stringify(aCredential({ refreshToken: '' })), 'SECRET_INVALID'],
    [
      'an error body of Zoho',
      JSON.stringify({ error: 'invalid_code', refresh_token: TOKEN }),
      'SECRET_INVALID',
    ],
    ['wrong in its types', JSON.stringify({ ...aCredential(), generation: TOKEN }), 'SECRET_INVALID'],
  ])('that is %s is refused by name, with what to do, and never quoted', async (_name, text, code) => {
    const fault = await faultOf(text);
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(SECRET_ID);
    expect(fault.remedy).not.toBe('');
    expect(everythingSaid(fault)).not.toContain(TOKEN);
  });

  it('names each field that is wrong', async () => {
    const fault = await faultOf(
      JSON.stringify({ ...aCredential(), generation: 0, accountsServer: 'nowhere' }),
    );
    expect(fault.message).toContain('generation, accountsServer');
  });

  it.each([
    ['absent', new ResourceNotFoundException(metadata), 'SECRET_MISSING'],
    ['scheduled for deletion', new InvalidRequestException(metadata), 'SECRET_SCHEDULED_FOR_DELETION'],
    ['under a key that is gone', new DecryptionFailure(metadata), 'SECRET_UNREADABLE'],
  ])('that is %s is named so, with the cause', async (_name, cause, code) => {
    secretsManager.on(GetSecretValueCommand).rejects(cause);
    await expect(read()).rejects.toMatchObject({ code, cause });
  });

  it('P8: whatever it holds, no error quotes it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc
            .record({ schemaVersion: fc.anything(), connection: fc.anything() })
            .map((value) => JSON.stringify(value)),
        ),
        async (noise) => {
          const text =
            noise.length % 2
              ? noise + TOKEN
              : JSON.stringify({ ...aCredential(), scopes: noise, refreshToken: [TOKEN] });
          expect(everythingSaid(await faultOf(text))).not.toContain(TOKEN);
        },
      ),
    );
  });
});
