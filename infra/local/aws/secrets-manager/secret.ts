import * as z from 'zod';

/** A value as it is stored: encrypted with a data key, which KMS encrypted. All in base64. */
const sealedValueSchema = z.strictObject({
  encryptedDataKey: z.string(),
  initializationVector: z.string(),
  ciphertext: z.string(),
  authenticationTag: z.string(),
  /** The data key as other KMS keys encrypted it before: each of them opens the value as well, the latest first. */
  formerDataKeys: z
    .array(z.strictObject({ kmsKeyId: z.string().nullable(), encryptedDataKey: z.string() }))
    .default([]),
});

const versionSchema = z.strictObject({
  id: z.string(),
  /** The staging labels, sorted as AWS lists them. */
  stages: z.array(z.string()),
  createdMs: z.number(),
  kind: z.enum(['string', 'binary']),
  /** The KMS key as the secret named it; null for `aws/secretsmanager`. */
  kmsKeyId: z.string().nullable(),
  sealed: sealedValueSchema,
});

export const secretSchema = z.strictObject({
  arn: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  kmsKeyId: z.string().nullable(),
  tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })),
  createdMs: z.number(),
  changedMs: z.number(),
  /** When it is gone for good; null while it is not scheduled for deletion. */
  deletionMs: z.number().nullable(),
  /** In the order of their creation. */
  versions: z.array(versionSchema),
});

export type SealedValue = z.infer<typeof sealedValueSchema>;
export type Version = z.infer<typeof versionSchema>;
export type Secret = z.infer<typeof secretSchema>;

/** A secret as it is created, without a version. */
export function newSecret(
  created: Pick<Secret, 'arn' | 'name' | 'description' | 'kmsKeyId' | 'tags'>,
  nowMs: number,
): Secret {
  return { ...created, createdMs: nowMs, changedMs: nowMs, deletionMs: null, versions: [] };
}

/**
 * Whether a `SecretId` means this secret: its name, its ARN, or its ARN without the hyphen and the six characters that
 * AWS appends.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
export function isCalled(secret: Secret, secretId: string): boolean {
  const { name, arn } = secret;
  return secretId === name || secretId === arn || secretId === arn.slice(0, -'-XXXXXX'.length);
}

export function findVersion(secret: Secret, versionId: string): Version | undefined {
  return secret.versions.find(({ id }) => id === versionId);
}

export function findStage(secret: Secret, stage: string): Version | undefined {
  return secret.versions.find(({ stages }) => stages.includes(stage));
}
