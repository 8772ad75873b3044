import type { Connection } from '../config/configuration.ts';
import type { ClientSecret } from '../domain/client-secret.ts';
import { type Credential, revivedCredential } from '../domain/credential.ts';
import type { DataCenter } from '../domain/data-center.ts';
import type { StandingCredentials } from '../vault/standing-credentials.ts';
import type { RenewalDependencies } from './dependencies.ts';
import type { Lease } from './lease.ts';
import type { Grant, Issued } from './redeem-grant.ts';

/** What is to take the place of a connection's credential. */
export interface ReplacementTask {
  readonly connection: Connection;
  readonly grant: Grant;
  readonly source: 'consent' | 'override' | 'restore';
  /** Where the grant was issued, found to be trusted; the client secret goes there. */
  readonly dataCenter: DataCenter;
  /** The organisation that the admin asks for by name; null keeps the one that is pinned. */
  readonly expectedOrganizationId: string | null;
  /** Null when somebody held it for too long: what is brought is kept, and finished by the next sweep. */
  readonly lease: Lease | null;
  /** Proves only, and keeps nothing. */
  readonly isDryRun: boolean;
}

/** A replacement on its way: what was known before, and what Zoho gave. */
export interface Candidate {
  readonly task: ReplacementTask;
  readonly standing: StandingCredentials;
  readonly client: ClientSecret;
  readonly issued: Issued;
  readonly credential: Credential;
  readonly versionId: string;
}

/** The credential that comes of what Zoho gave: under the next generation, for the organisation that is expected. */
export function candidateOf(
  deps: RenewalDependencies,
  parts: Omit<Candidate, 'credential' | 'versionId'>,
): Candidate {
  const { task, standing, issued } = parts;
  const { connection, dataCenter } = task;
  const known = task.lease?.previous ?? null;
  const generation = Math.max(standing.newestGeneration, known?.generation ?? 0) + 1;
  const organizationId =
    task.expectedOrganizationId ?? standing.current?.organizationId ?? known?.organizationId ?? null;
  const { accountsServer } = dataCenter;
  const credential: Credential =
    task.grant.kind === 'stored'
      ? {
          ...revivedCredential(task.grant.credential, { generation, source: 'restore' }),
          refreshToken: issued.refreshToken,
          organizationId: organizationId ?? task.grant.credential.organizationId,
        }
      : {
          schemaVersion: 1,
          connection: connection.id,
          generation,
          refreshToken: issued.refreshToken,
          accountsServer,
          apiDomain: issued.minted.apiDomain,
          scopes: issued.minted.scopes ?? connection.scopes,
          organizationId,
          obtainedAt: new Date(deps.nowMs()).toISOString(),
          source: task.source,
        };
  return { ...parts, credential, versionId: deps.newId() };
}
