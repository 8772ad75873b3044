import type { Connection } from '../config/configuration.ts';
import type { DataCenter } from '../domain/data-center.ts';
import { type ProbeOutcome, probeAccessToken } from '../zoho/probes.ts';
import type { MintedToken } from '../zoho/token-endpoint.ts';
import { trustedApiDomain } from '../zoho/trust.ts';
import type { RenewalDependencies } from './dependencies.ts';

export interface Proof {
  readonly connection: Connection;
  readonly dataCenter: DataCenter;
  readonly minted: MintedToken;
  /** Where the APIs answer, as far as it is known from before; null when it is not. */
  readonly knownApiDomain: string | null;
  /** The organisation that the token has to belong to; null accepts any. */
  readonly organizationId: string | null;
}

export type ProofOutcome =
  /** `organizationId` is null where the probe cannot name one. */
  | { readonly kind: 'proven'; readonly apiDomain: string; readonly organizationId: string | null }
  | { readonly kind: 'notAccepted'; readonly probe: Exclude<ProbeOutcome, { kind: 'accepted' }> }
  | { readonly kind: 'otherOrganization'; readonly organizationId: string };

/** Proves a fresh access token: Zoho's API takes it, and it belongs to the organisation that is expected (P1). */
export async function proveAccessToken(deps: RenewalDependencies, proof: Proof): Promise<ProofOutcome> {
  const { connection, dataCenter, minted } = proof;
  const knownApiDomain = trustedApiDomain(proof.knownApiDomain, dataCenter);
  const apiDomain = minted.apiDomain ?? knownApiDomain ?? dataCenter.apiDomain;
  const probe = await probeAccessToken(deps.zoho, {
    probe: connection.probe,
    dataCenter,
    apiDomain,
    accessToken: minted.accessToken,
  });
  if (probe.kind !== 'accepted') return { kind: 'notAccepted', probe };
  const { organizationId } = probe;
  const isOther =
    proof.organizationId !== null && organizationId !== null && organizationId !== proof.organizationId;
  return isOther
    ? { kind: 'otherOrganization', organizationId }
    : { kind: 'proven', apiDomain, organizationId };
}
