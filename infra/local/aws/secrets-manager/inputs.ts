import * as z from 'zod';
import { AwsError } from '../service.ts';

const MAX_VALUE_BYTES = 65_536;
const NAME = /^[\w/+=.@!-]+$/;
const INVALID_NAME =
  'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!';
const INVALID_LENGTH = `A secret value has 1 to ${MAX_VALUE_BYTES} bytes.`;

const name = z.string().min(1).max(512).regex(NAME, INVALID_NAME);
/** A name, an ARN, or a partial ARN. */
const secretId = z
  .string()
  .min(1)
  .max(2048)
  .refine((id) => id.startsWith('arn:') || NAME.test(id), INVALID_NAME);
const versionId = z.string().min(32).max(64);
const versionStage = z.string().min(1).max(256);
const description = z.string().max(2048);
const kmsKeyId = z.string().max(2048);
const maxResults = z.number().int().min(1).max(100).default(100);
const nextToken = z.string().min(1).max(4096);
const tags = z
  .array(z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256).default('') }))
  .max(50);

const value = {
  ClientRequestToken: versionId.optional(),
  SecretString: z
    .string()
    .refine((text) => isValueLength(Buffer.byteLength(text)), INVALID_LENGTH)
    .optional(),
  /** Base64, as it comes over the wire. */
  SecretBinary: z
    .base64()
    .refine((text) => isValueLength(Buffer.byteLength(text, 'base64')), INVALID_LENGTH)
    .optional(),
};

/** What {@link parseValue} reads a value from. */
export type ValueInput = z.infer<z.ZodObject<typeof value>>;

export const createSecretSchema = z.strictObject({
  ...value,
  Name: name,
  Description: description.optional(),
  KmsKeyId: kmsKeyId.optional(),
  Tags: tags.default([]),
});

export const putSecretValueSchema = z.strictObject({
  ...value,
  SecretId: secretId,
  VersionStages: z.array(versionStage).min(1).max(20).default(['AWSCURRENT']),
});

export const updateSecretSchema = z.strictObject({
  ...value,
  SecretId: secretId,
  Description: description.optional(),
  KmsKeyId: kmsKeyId.optional(),
});

export const getSecretValueSchema = z.strictObject({
  SecretId: secretId,
  VersionId: versionId.optional(),
  VersionStage: versionStage.optional(),
});

export const batchGetSecretValueSchema = z.strictObject({
  SecretIdList: z.array(secretId).min(1).max(20),
});

export const updateSecretVersionStageSchema = z.strictObject({
  SecretId: secretId,
  VersionStage: versionStage,
  MoveToVersionId: versionId.optional(),
  RemoveFromVersionId: versionId.optional(),
});

export const secretIdSchema = z.strictObject({ SecretId: secretId });

export const listSecretsSchema = z.strictObject({
  MaxResults: maxResults,
  NextToken: nextToken.optional(),
  IncludePlannedDeletion: z.boolean().default(false),
  /** By name only. */
  Filters: z
    .array(z.strictObject({ Key: z.literal('name'), Values: z.array(z.string().min(1)).min(1).max(10) }))
    .max(10)
    .default([]),
});

export const listSecretVersionIdsSchema = z.strictObject({
  SecretId: secretId,
  MaxResults: maxResults,
  NextToken: nextToken.optional(),
  IncludeDeprecated: z.boolean().default(false),
});

export const deleteSecretSchema = z.strictObject({
  SecretId: secretId,
  RecoveryWindowInDays: z.number().int().optional(),
  ForceDeleteWithoutRecovery: z.boolean().default(false),
});

export const tagResourceSchema = z.strictObject({ SecretId: secretId, Tags: tags });

export const untagResourceSchema = z.strictObject({
  SecretId: secretId,
  TagKeys: z.array(z.string().min(1).max(128)).max(50),
});

/** @throws {AwsError} `ValidationException`; the message names fields and never quotes what they hold */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError('ValidationException', z.prettifyError(parsed.error));
}

/** A secret's value as bytes; what it was sent as is how it is sent back. */
export interface SecretValue {
  readonly kind: 'string' | 'binary';
  readonly bytes: Buffer;
}

/**
 * The value that an operation brings; null when it brings none.
 *
 * @throws {AwsError} `InvalidParameterException` for two values
 */
export function parseValue({ SecretString, SecretBinary }: ValueInput): SecretValue | null {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (SecretString !== undefined) return { kind: 'string', bytes: Buffer.from(SecretString) };
  if (SecretBinary !== undefined) return { kind: 'binary', bytes: Buffer.from(SecretBinary, 'base64') };
  return null;
}

function isValueLength(bytes: number): boolean {
  return bytes >= 1 && bytes <= MAX_VALUE_BYTES;
}
