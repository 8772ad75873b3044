import { GenerateMacCommand, type KMSClient, VerifyMacCommand } from '@aws-sdk/client-kms';
import { awsErrorName } from '../aws/errors.ts';
import type { AuditSeal } from '../domain/audit-entry.ts';
import { KeeperError } from '../domain/errors.ts';
import { type ChainHead, canonicalJson } from './chain.ts';

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/hmac.html */
const ALGORITHM = 'HMAC_SHA_256';
const MAC_BYTES = 32;

/** An entry of a chain, and with it everything before it. */
export interface SealedHead extends ChainHead {
  readonly connection: string;
}

/** What a seal is worth: `foreign` was made under a key that is none of ours. */
export type SealVerdict = 'valid' | 'invalid' | 'foreign';

/** KMS could neither make nor check a seal. */
export class SealUnavailableError extends KeeperError {
  readonly code = 'AUDIT_SEAL_UNAVAILABLE';
}

/**
 * Seals a chain up to and including its head, under a key that only KMS knows.
 *
 * @param keyId the key's ARN
 * @throws {SealUnavailableError}
 */
export async function sealHead(kms: KMSClient, keyId: string, head: SealedHead): Promise<AuditSeal> {
  try {
    const { Mac, KeyId } = await kms.send(
      new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: ALGORITHM, Message: messageOf(head) }),
    );
    if (!Mac || !KeyId) throw new TypeError('an answer without a MAC');
    const { sequence, hash } = head;
    return { sequence, hash, keyId: KeyId, mac: Buffer.from(Mac).toString('base64') };
  } catch (cause) {
    throw unavailable(keyId, cause);
  }
}

/**
 * Checks a seal's MAC, over the head that it names.
 *
 * @param keyIds the ARNs of the keys that are ours: a seal names its key itself, and anybody can make a key
 * @throws {SealUnavailableError}
 */
export async function verifySeal(
  kms: KMSClient,
  keyIds: readonly string[],
  connection: string,
  seal: AuditSeal,
): Promise<SealVerdict> {
  const { keyId, mac, sequence, hash } = seal;
  if (!keyIds.includes(keyId)) return 'foreign';
  const Mac = Buffer.from(mac, 'base64');
  // KMS would call another length a wrong call, and not a wrong MAC.
  if (Mac.length !== MAC_BYTES) return 'invalid';
  try {
    const Message = messageOf({ connection, sequence, hash });
    await kms.send(new VerifyMacCommand({ KeyId: keyId, MacAlgorithm: ALGORITHM, Message, Mac }));
    return 'valid';
  } catch (cause) {
    if (awsErrorName(cause) === 'KMSInvalidMacException') return 'invalid';
    throw unavailable(keyId, cause);
  }
}

function messageOf({ connection, sequence, hash }: SealedHead): Uint8Array {
  return Buffer.from(canonicalJson({ connection, sequence, hash }));
}

function unavailable(keyId: string, cause: unknown): SealUnavailableError {
  return new SealUnavailableError(
    `The audit key ${keyId} cannot be used: ${awsErrorName(cause)}. Check that it is enabled, and that the caller may kms:GenerateMac (the anchor function) or kms:VerifyMac (people) with it.`,
    { cause },
  );
}
