import * as z from 'zod';
import { startTwin, type Twin } from '../../infra/local/twin.ts';
import { configurationOf, SCOPES } from '../configuration.ts';
import type { Calls, CallsByFlow, Flow } from './flows.ts';
import { callsOf, countRequestsTo, type RequestCount } from './on-the-wire.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/**
 * Counts what each flow asks of AWS and Zoho, in a twin with so many connections in their steady state: refreshed before,
 * nothing wrong. What scheduled flows ask is for all connections together, what an admin's flows ask for one.
 */
export async function countCalls(connections: number): Promise<CallsByFlow> {
  let logBytes = 0;
  const twin = await startTwin({
    configuration: configurationOf(connections),
    onLog: (_name, line) => {
      logBytes += Buffer.byteLength(line);
    },
  });
  const zoho = countRequestsTo(Number(new URL(twin.zoho).port));
  try {
    for (const first of ['Refresh', 'Sweep', 'Alerts']) await invoke(twin, first);
    const counted = {} as Record<Flow, Calls>;
    for (const [flow, { afterMinutes, play }] of Object.entries(PLAYS) as [Flow, Play][]) {
      twin.clock.advance(afterMinutes * MINUTE_MS);
      twin.journal.clear();
      twin.iam.clear();
      zoho.reset();
      logBytes = 0;
      await play(twin, zoho);
      counted[flow] = { ...callsOf(twin), zoho: zoho.count(), logBytes };
    }
    return counted;
  } finally {
    zoho.stop();
    await twin.close();
  }
}

interface Play {
  readonly afterMinutes: number;
  readonly play: (twin: Twin, zoho: RequestCount) => Promise<void>;
}

const PLAYS: Readonly<Record<Flow, Play>> = {
  refresh: { afterMinutes: 50, play: (twin) => invoke(twin, 'Refresh') },
  // What the refresh wrote into the audit is followed once.
  alertsAfterRefresh: { afterMinutes: 1, play: (twin) => invoke(twin, 'Alerts') },
  sweep: { afterMinutes: 1, play: (twin) => invoke(twin, 'Sweep') },
  alerts: { afterMinutes: 1, play: (twin) => invoke(twin, 'Alerts') },
  anchor: { afterMinutes: 1, play: (twin) => invoke(twin, 'Anchor') },
  override: { afterMinutes: 1, play: override },
  reauthorize: { afterMinutes: 1, play: reauthorize },
  healthCheck: { afterMinutes: DAY_MINUTES, play: (twin) => invoke(twin, 'HealthCheck') },
};

async function invoke(twin: Twin, prefix: string): Promise<void> {
  const name = twin.lambda.functionNames.find((candidate) => candidate.startsWith(prefix)) ?? prefix;
  const outcome = await twin.lambda.invoke(name, {});
  if (outcome.kind !== 'succeeded') throw new Error(`${prefix} could not be counted: it ${outcome.kind}`);
}

async function override(twin: Twin, zoho: RequestCount): Promise<void> {
  const { clientId } = await readClient(twin);
  const { code } = twin.simulator.issueGrantCode({ clientId, scopes: SCOPES, user: 'crm-0@example.com' });
  zoho.reset();
  await post(twin, 'manual-token-update', { reason: 'counted', grantCode: code });
}

async function reauthorize(twin: Twin, zoho: RequestCount): Promise<void> {
  const { clientId } = await readClient(twin);
  const { authorizationUrl } = z
    .object({ authorizationUrl: z.url() })
    .parse(await post(twin, 'emergency-reauth', { reason: 'counted' }));
  const parameters = new URL(authorizationUrl).searchParams;
  // The person's browser is at Zoho, which is none of the keeper's calls.
  const { redirectUrl } = twin.simulator.consent({
    clientId,
    redirectUri: parameters.get('redirect_uri') ?? '',
    user: 'crm-0@example.com',
    scopes: SCOPES,
    accessType: 'offline',
    prompt: 'consent',
    state: parameters.get('state') ?? '',
  });
  zoho.reset();
  const { status } = await fetch(redirectUrl);
  if (status !== 200)
    throw new Error(`the re-authorisation could not be counted: the callback said ${status}`);
}

async function post(twin: Twin, operation: string, body: object): Promise<unknown> {
  const response = await fetch(`${twin.api}/api/zoho/${operation}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${twin.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ connection: 'crm-0', ...body }),
  });
  if (!response.ok) throw new Error(`${operation} could not be counted: ${await response.text()}`);
  return response.json();
}

async function readClient(twin: Twin) {
  const input = { SecretId: 'zoho/clients/main' };
  const found = await twin.secretsManager.service({
    operation: 'GetSecretValue',
    input,
    principal: 'operator',
  });
  const { SecretString } = z.object({ SecretString: z.string() }).parse(found);
  return z.object({ clientId: z.string() }).parse(JSON.parse(SecretString));
}
