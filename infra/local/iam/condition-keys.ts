/**
 * The keys that the twin knows what to say of. A condition on any other could not be met as in AWS, so it stops the twin;
 * a new one is put here together with the request that carries it (`requests/`).
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const KNOWN: ReadonlySet<string> = new Set(
  [
    'aws:PrincipalAccount',
    'aws:PrincipalArn',
    'aws:SecureTransport',
    // Of a call that a service makes for itself, as for access logs: no function's call has them.
    'aws:SourceAccount',
    'aws:SourceArn',
    'kms:CallerAccount',
    'kms:ViaService',
    'secretsmanager:Name',
    'ses:FromAddress',
  ].map((key) => key.toLowerCase()),
);

/** `kms:EncryptionContext:SecretARN`: each pair of an encryption context is a key of its own. */
export const ENCRYPTION_CONTEXT = 'kms:EncryptionContext:';

/** In any case, as AWS takes them. */
export function isKnownKey(key: string): boolean {
  const lower = key.toLowerCase();
  return (
    KNOWN.has(lower) ||
    (lower.startsWith(ENCRYPTION_CONTEXT.toLowerCase()) && key.length > ENCRYPTION_CONTEXT.length)
  );
}
