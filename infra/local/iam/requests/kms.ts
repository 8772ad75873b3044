import * as z from 'zod';
import { ENCRYPTION_CONTEXT } from '../condition-keys.ts';
import type { RequestContext } from '../conditions.ts';
import type { BroughtRequest } from '../iam.ts';
import { type AccountNames, NO_RESOURCE } from './call.ts';

/** Which key a call means. */
export interface KeyDirectory {
  /** By id, ARN or alias; also of a key that is gone. */
  keyArnOf(identifier: string): string | undefined;
  /** Of the key that sealed a ciphertext, in base64. */
  sealingKeyArnOf(ciphertext: string): string | undefined;
  aliasArnOf(name: string): string;
  /** Whether AWS manages it for one of its services, and lets everybody in the account use it through that. */
  isAwsManaged(keyArn: string): boolean;
}

/** As far as it says what an operation is about. */
const inputSchema = z.object({
  KeyId: z.string().optional(),
  TargetKeyId: z.string().optional(),
  AliasName: z.string().optional(),
  CiphertextBlob: z.string().optional(),
  EncryptionContext: z.record(z.string(), z.string()).default({}),
});

/**
 * What an operation asks for: itself, on the key's ARN, and on the alias's where one is changed.
 *
 * @param via the service that calls on the caller's behalf, as `kms:ViaService` names it; null for a call of its own
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
 */
export function createKmsReader({ accountId }: AccountNames, keys: KeyDirectory, via: string | null) {
  return ({ operation, input }: { operation: string; input: unknown }): readonly BroughtRequest[] => {
    const parsed = inputSchema.safeParse(input);
    const { EncryptionContext = {}, ...named } = parsed.data ?? {};
    const context = {
      'kms:calleraccount': accountId,
      ...(via === null ? {} : { 'kms:viaservice': via }),
      ...keysOf(EncryptionContext),
    };
    return resourcesOf(named, keys)
      .filter((resource) => via === null || !keys.isAwsManaged(resource))
      .map((resource) => ({ action: `kms:${operation}`, resource, context }));
  };
}

function resourcesOf(
  { KeyId, TargetKeyId, AliasName, CiphertextBlob }: Omit<z.infer<typeof inputSchema>, 'EncryptionContext'>,
  keys: KeyDirectory,
): readonly string[] {
  if (AliasName !== undefined) {
    const known = [
      keys.keyArnOf(AliasName),
      TargetKeyId === undefined ? undefined : keys.keyArnOf(TargetKeyId),
    ];
    return [keys.aliasArnOf(AliasName), ...known.filter((arn) => arn !== undefined)];
  }
  const key =
    KeyId === undefined ? CiphertextBlob && keys.sealingKeyArnOf(CiphertextBlob) : keys.keyArnOf(KeyId);
  return [key || NO_RESOURCE];
}

function keysOf(encryptionContext: Readonly<Record<string, string>>): RequestContext {
  return Object.fromEntries(
    Object.entries(encryptionContext).map(([key, value]) => [
      `${ENCRYPTION_CONTEXT}${key}`.toLowerCase(),
      value,
    ]),
  );
}
