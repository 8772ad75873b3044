import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Connection } from '../config/configuration.ts';
import type { AccessToken } from '../domain/access-token.ts';
import { resolveDataCenter } from '../domain/data-center.ts';
import type { PublishedProbe } from '../domain/published-probe.ts';
import { readPublished } from '../vault/access-token-secret.ts';
import type { ZohoHttp } from '../zoho/http.ts';
import { type ProbeOutcome, probeAccessToken } from '../zoho/probes.ts';
import { trustedApiDomain } from '../zoho/trust.ts';
import { storeFailure } from './failures.ts';

export interface TokenProbe {
  readonly outcome: PublishedProbe;
  /** Says more, where there is more to say. */
  readonly code: string | null;
  readonly organizationId: string | null;
}

export interface ProbeDependencies {
  readonly secretsManager: SecretsManagerClient;
  readonly zoho: ZohoHttp;
}

/** Asks Zoho about the token that consumers find now. Never throws. */
export async function probePublished(deps: ProbeDependencies, connection: Connection): Promise<TokenProbe> {
  try {
    const published = await readPublished(deps.secretsManager, connection.id);
    if (!published) return { outcome: 'noToken', code: null, organizationId: null };
    const outcome = await probeToken(deps.zoho, connection, published.document);
    switch (outcome.kind) {
      case 'accepted':
        return { outcome: 'accepted', code: null, organizationId: outcome.organizationId };
      case 'rejected':
        return { outcome: 'rejected', code: outcome.code, organizationId: null };
      case 'throttled':
        return { outcome: 'throttled', code: null, organizationId: null };
      case 'transient':
        return { outcome: 'unavailable', code: null, organizationId: null };
    }
  } catch (fault) {
    return { outcome: 'unreadable', code: storeFailure(fault).code, organizationId: null };
  }
}

/** Asks Zoho about an access token, at the place that it is for as long as that is trusted. */
export function probeToken(
  zoho: ZohoHttp,
  connection: Connection,
  { accessToken, apiDomain }: AccessToken,
): Promise<ProbeOutcome> {
  const dataCenter = resolveDataCenter(connection.dataCenter);
  return probeAccessToken(zoho, {
    probe: connection.probe,
    dataCenter,
    apiDomain: trustedApiDomain(apiDomain, dataCenter) ?? dataCenter.apiDomain,
    accessToken,
  });
}
