/** What the page is told of where it is served. */
export interface Settings {
  /** The user pool's, as it stands in an ID token. */
  readonly issuer: string;
  /** Where admins sign in. */
  readonly signInOrigin: string;
  readonly clientId: string;
}

/** The page came without what it needs: whoever deployed it has to look. */
export class SettingsError extends Error {
  readonly code = 'CONSOLE_SETTINGS_INVALID';
}

/** @throws {SettingsError} when the page does not say where to sign in */
export function readSettings(page: Document): Settings {
  const text = page.getElementById('settings')?.textContent ?? '';
  try {
    const { issuer, signInOrigin, clientId } = JSON.parse(text) as Record<keyof Settings, unknown>;
    if (typeof issuer === 'string' && typeof signInOrigin === 'string' && typeof clientId === 'string')
      return { issuer, signInOrigin, clientId };
  } catch (cause) {
    throw new SettingsError('The page’s settings are no JSON. Deploy the console again.', { cause });
  }
  throw new SettingsError(
    'The page’s settings lack issuer, signInOrigin or clientId. Deploy the console again.',
  );
}
