/** What the front door needs to know of a signed request. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** The service's signing name, such as `secretsmanager`. */
  readonly service: string;
}

const CREDENTIAL =
  /^AWS4-HMAC-SHA256\s.*Credential=(?<accessKeyId>[^/,\s]+)\/\d{8}\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request\b/;

/**
 * Reads the credential scope of a SigV4 `Authorization` header. The signature itself is not checked: whoever can reach
 * the loopback interface is trusted.
 *
 * @returns null when the header is missing or malformed
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function parseAuthorization(header: string | undefined): CredentialScope | null {
  const groups = header?.match(CREDENTIAL)?.groups;
  return groups ? (groups as unknown as CredentialScope) : null;
}
