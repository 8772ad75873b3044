import {
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { toDotPath } from 'zod/v4/core';
import { awsErrorName, isAwsTrouble } from '../aws/errors.ts';
import { KeeperError } from '../domain/errors.ts';
import { parseJsonObject } from './json-object.ts';

export type VersionStage = 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING';

export type SecretFaultCode =
  | 'SECRET_MISSING'
  | 'SECRET_EMPTY'
  | 'SECRET_NOT_JSON'
  | 'SECRET_NEWER_SCHEMA'
  | 'SECRET_INVALID'
  | 'SECRET_OTHER_CONNECTION'
  | 'SECRET_SCHEDULED_FOR_DELETION'
  /** AWS will not give it out: the role or the key is in the way. */
  | 'SECRET_REFUSED'
  /** AWS had trouble: a moment later it may be read. */
  | 'SECRET_UNREADABLE';

/**
 * A stored secret cannot be used. The message names the secret, what is wrong and what to do; it never quotes the
 * content, and the parser's own error (which may) is not kept as its cause.
 */
export class SecretUnusableError extends KeeperError {
  readonly code: SecretFaultCode;
  /** What is wrong, naming the secret. */
  readonly description: string;
  /** What to do. */
  readonly remedy: string;

  constructor(code: SecretFaultCode, description: string, remedy: string, options?: ErrorOptions) {
    super(`${description} ${remedy}`, options);
    this.code = code;
    this.description = description;
    this.remedy = remedy;
  }
}

/** A version of a secret, parsed. */
export interface SecretVersion<T> {
  readonly versionId: string;
  readonly document: T;
}

/**
 * Reads one version of a secret and checks its content.
 *
 * @param read.owner the connection or client that the document must name, under the key `read.ownerKey`
 * @throws {SecretUnusableError} for anything but a document of the schema
 */
export async function readSecret<T>(
  secretsManager: SecretsManagerClient,
  read: {
    secretId: string;
    stage: VersionStage;
    schema: z.core.$ZodType<T>;
    ownerKey: 'connection' | 'client';
    owner: string;
  },
): Promise<SecretVersion<T>> {
  const { versionId, text } = await fetchSecret(secretsManager, read.secretId, read.stage);
  return { versionId, document: parseSecret(text, read) };
}

/**
 * Checks the text of a secret, from the outside in, so that the first fault named is the one to mend.
 *
 * @throws {SecretUnusableError}
 */
export function parseSecret<T>(
  text: string | undefined,
  read: { secretId: string; schema: z.core.$ZodType<T>; ownerKey: 'connection' | 'client'; owner: string },
): T {
  const { secretId, ownerKey, owner } = read;
  if (text === undefined || text.trim() === '') {
    throw new SecretUnusableError('SECRET_EMPTY', `The secret ${secretId} is empty.`, REWRITE);
  }
  const json = parseJsonObject(text);
  if (json === null) {
    throw new SecretUnusableError(
      'SECRET_NOT_JSON',
      `The secret ${secretId} does not hold a JSON object.`,
      REWRITE,
    );
  }
  if (json.vacant === true) {
    throw new SecretUnusableError(
      'SECRET_MISSING',
      `The secret ${secretId} says that it is vacant.`,
      REWRITE,
    );
  }
  const { schemaVersion } = json;
  if (typeof schemaVersion === 'number' && schemaVersion > 1) {
    throw new SecretUnusableError(
      'SECRET_NEWER_SCHEMA',
      `The secret ${secretId} has schema version ${schemaVersion}, and this version of the keeper knows 1.`,
      'Deploy the version that wrote it.',
    );
  }
  if (typeof json[ownerKey] === 'string' && json[ownerKey] !== owner) {
    throw new SecretUnusableError(
      'SECRET_OTHER_CONNECTION',
      `The secret ${secretId} belongs to another ${ownerKey} than "${owner}".`,
      'Put the right document there, or restore the previous version.',
    );
  }
  const result = z.safeParse(read.schema, json);
  if (!result.success) {
    const fields = result.error.issues.map((issue) => toDotPath(issue.path) || '(document)');
    throw new SecretUnusableError(
      'SECRET_INVALID',
      `The secret ${secretId} has missing or wrong fields: ${[...new Set(fields)].join(', ')}.`,
      REWRITE,
    );
  }
  return result.data;
}

const REWRITE = 'Put a document as docs/secrets.md describes it.';

/** One version of a secret as Secrets Manager gave it. */
export interface FetchedVersion {
  readonly versionId: string;
  readonly text: string | undefined;
  /** When it was put; 0 if that is not told. */
  readonly createdAtMs: number;
}

/**
 * Reads the text of one version of a secret.
 *
 * @throws {SecretUnusableError} when there is none or it cannot be read
 */
export async function fetchSecret(
  secretsManager: SecretsManagerClient,
  secretId: string,
  version: VersionStage | { versionId: string },
): Promise<FetchedVersion> {
  const isStage = typeof version === 'string';
  try {
    const answer = await secretsManager.send(
      new GetSecretValueCommand({
        SecretId: secretId,
        ...(isStage ? { VersionStage: version } : { VersionId: version.versionId }),
      }),
    );
    return {
      versionId: answer.VersionId ?? '',
      text: answer.SecretString,
      createdAtMs: answer.CreatedDate?.getTime() ?? 0,
    };
  } catch (cause) {
    throw unreadable(secretId, isStage ? version : 'such', cause);
  }
}

function unreadable(secretId: string, which: string, cause: unknown): SecretUnusableError {
  if (cause instanceof ResourceNotFoundException) {
    return new SecretUnusableError(
      'SECRET_MISSING',
      `The secret ${secretId} has no ${which} value.`,
      REWRITE,
      { cause },
    );
  }
  if (cause instanceof InvalidRequestException) {
    return new SecretUnusableError(
      'SECRET_SCHEDULED_FOR_DELETION',
      `The secret ${secretId} is scheduled for deletion.`,
      `Restore it: aws secretsmanager restore-secret --secret-id ${secretId}`,
      { cause },
    );
  }
  if (isAwsTrouble(cause)) {
    return new SecretUnusableError(
      'SECRET_UNREADABLE',
      `The secret ${secretId} could not be read: ${awsErrorName(cause)}.`,
      'It is tried again by itself. If it lasts, look at the AWS Health Dashboard.',
      { cause },
    );
  }
  return new SecretUnusableError(
    'SECRET_REFUSED',
    `The secret ${secretId} is not given out: ${awsErrorName(cause)}.`,
    "Check the function's role, and the key that encrypts the secret: is it enabled, and not pending deletion?",
    { cause },
  );
}
