import type { ZohoSimulator } from '../../infra/local/zoho/simulator.ts';
import type { Redirect } from '../../lib/workflows/complete-consent.ts';

/** Who is at the browser, and what that person does on Zoho's page. */
export interface Consenting {
  readonly user: string;
  readonly organization?: string | undefined;
  readonly decision?: 'accept' | 'deny' | undefined;
  /** What is consented to; by default what the link asks for. */
  readonly scopes?: readonly string[] | undefined;
}

/** Does what a person does behind an authorisation URL; answers the URL that Zoho redirects the browser to. */
export function consentBehind(
  zoho: Pick<ZohoSimulator, 'consent'>,
  link: string,
  { user, organization, decision = 'accept', scopes }: Consenting,
): string {
  const asked = new URL(link).searchParams;
  const { redirectUrl } = zoho.consent({
    clientId: asked.get('client_id') ?? '',
    redirectUri: asked.get('redirect_uri') ?? '',
    scopes: [...(scopes ?? asked.get('scope')?.split(',') ?? [])],
    state: asked.get('state') ?? '',
    accessType: asked.get('access_type') === 'offline' ? 'offline' : 'online',
    ...(asked.get('prompt') === 'consent' ? { prompt: 'consent' as const } : {}),
    user,
    ...(organization ? { organization } : {}),
    decision,
  });
  return redirectUrl;
}

/** What a browser brings from Zoho. */
export type RedirectParameters = Pick<Redirect, 'state' | 'code' | 'error' | 'accountsServer'>;

export function parametersOf(redirectUrl: string): RedirectParameters {
  const answered = new URL(redirectUrl).searchParams;
  return {
    state: answered.get('state'),
    code: answered.get('code'),
    error: answered.get('error'),
    accountsServer: answered.get('accounts-server'),
  };
}
