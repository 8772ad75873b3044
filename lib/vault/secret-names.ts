/** Holds the refresh token with what belongs to it; readable by the keeper's functions only. */
export function credentialSecretName(connection: string): string {
  return `zoho/${connection}/credential`;
}

/** Holds what consumers read. */
export function accessTokenSecretName(connection: string): string {
  return `zoho/${connection}/access-token`;
}

/** Holds an OAuth client's id and secret; set by an operator, never written by the keeper. */
export function clientSecretName(client: string): string {
  return `zoho/clients/${client}`;
}
