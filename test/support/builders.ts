import { type Configuration, type Connection, parseConfiguration } from '../../lib/config/configuration.ts';
import type { AccessToken } from '../../lib/domain/access-token.ts';
import type { ConnectionState } from '../../lib/domain/connection-state.ts';
import type { Credential } from '../../lib/domain/credential.ts';

/** A connection's state after one good refresh, with what a test says different. */
export function aState(differing: Partial<ConnectionState> = {}): ConnectionState {
  return {
    connection: 'crm',
    lease: null,
    generation: 1,
    credential: null,
    organizationId: null,
    publishedVersionId: '11111111-1111-4111-8111-111111111111',
    accessTokenExpiresAtMs: null,
    lastSuccessAtMs: null,
    lastFailure: null,
    consecutiveFailures: 0,
    nextAttemptAtMs: 0,
    health: 'healthy',
    mintTimesMs: [],
    deadFingerprints: [],
    hasStagedCredential: false,
    stagedAtMs: null,
    superseded: null,
    backup: null,
    recovery: null,
    incidentId: null,
    auditHead: null,
    ...differing,
  };
}

export function aConnection(differing: Partial<Connection> = {}): Connection {
  return {
    id: 'crm',
    client: 'main',
    dataCenter: 'eu',
    scopes: ['ZohoCRM.modules.ALL', 'ZohoCRM.org.READ'],
    probe: 'crm',
    renewEveryDays: null,
    warnDaysBefore: [7, 3, 1],
    autoInitiate: false,
    recipients: null,
    ...differing,
  };
}

/** Who is told in a test. */
export const ALERTS = {
  sender: 'keeper@company.example',
  recipients: { default: ['team@company.example'], critical: ['on-call@company.example'] },
};

/** A configuration as its file would be read, with every default. */
export function aConfigurationOf(document: object): Configuration {
  return parseConfiguration(JSON.stringify({ alerts: ALERTS, ...document }), 'test');
}

export function aCredential(differing: Partial<Credential> = {}): Credential {
  return {
    schemaVersion: 1,
    connection: 'crm',
    generation: 1,
    refreshToken: '1000.refresh-token-of-a-test',
    accountsServer: 'https://accounts.zoho.eu',
    apiDomain: 'https://www.zohoapis.eu',
    scopes: ['ZohoCRM.modules.ALL', 'ZohoCRM.org.READ'],
    organizationId: null,
    obtainedAt: '2026-11-23T00:00:00.000Z',
    source: 'operator',
    ...differing,
  };
}

export function anAccessToken(differing: Partial<AccessToken> = {}): AccessToken {
  return {
    schemaVersion: 1,
    connection: 'crm',
    accessToken: '1000.access-token-of-a-test',
    expiresAt: '2026-11-23T01:00:00.000Z',
    apiDomain: 'https://www.zohoapis.eu',
    generation: 1,
    ...differing,
  };
}
