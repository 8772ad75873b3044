/** A stage's address, as CloudFormation puts it together: here the gateway serves it, at its root. */
const STAGE_ADDRESS = /^https:\/\/[^./]+\.execute-api\.[^/]+\/[^/]+/;
/** Where a user pool's pages are. */
const SIGN_IN_ADDRESS = /^https:\/\/[^./]+\.auth\.[^./]+\.amazoncognito\.com/;

/**
 * An address of AWS's, as it is on this machine; any other text as it is.
 *
 * @param here where the gateway and the issuer serve
 */
export function servedHere(text: string, here: { apiOrigin: string; issuerUrl: string }): string {
  const { apiOrigin, issuerUrl } = here;
  return text.replace(STAGE_ADDRESS, apiOrigin).replace(SIGN_IN_ADDRESS, issuerUrl);
}
