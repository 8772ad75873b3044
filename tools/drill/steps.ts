import * as z from 'zod';
import type { Stage } from './stage.ts';

/** One event of the drill. `play` makes it come true, or throws; it answers what a reader is told. */
export interface DrillStep {
  readonly title: string;
  readonly play: (stage: Stage) => Promise<string>;
}

const SECRETS = ['zoho/crm/credential', 'zoho/crm/access-token'];
const USER = 'crm@example.com';
/** After so long the schedule refreshes every connection. */
const TICK_MS = 50 * 60_000;

const statusSchema = z.object({
  connections: z.tuple([
    z.object({ health: z.string(), generation: z.number().nullable(), openIncident: z.string().nullable() }),
  ]),
});
const linkSchema = z.object({ authorizationUrl: z.url(), expiresAt: z.string() });
const incidentsSchema = z.object({
  incidents: z.array(
    z.object({ id: z.string(), closedAt: z.string().nullable(), durationS: z.number().nullable() }),
  ),
});
const auditSchema = z.object({
  entries: z.array(z.object({ operation: z.string(), outcome: z.string() })),
});
const credentialSchema = z.object({ refreshToken: z.string() });

export const STEPS: readonly DrillStep[] = [
  {
    title: 'consumers are served',
    play: async ({ until, consumer }) => {
      const generation = await until('a token that Zoho takes', () => consumer.lastGeneration());
      return `Zoho takes the published token, of generation ${generation}`;
    },
  },
  {
    title: 'everything is lost',
    play: async ({ twin, secret }) => {
      const answer = await twin.secretsManager.service({
        operation: 'GetSecretValue',
        input: { SecretId: 'zoho/crm/credential' },
        principal: 'operator',
      });
      const { SecretString } = z.object({ SecretString: z.string() }).parse(answer);
      const { refreshToken } = credentialSchema.parse(JSON.parse(SecretString));
      twin.simulator.revokeRefreshToken({ refreshToken });
      for (const SecretId of SECRETS) {
        await secret('DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });
        // As the stack makes it: a name without a value.
        await secret('CreateSecret', { Name: SecretId });
      }
      return 'the refresh token is revoked at Zoho, every secret is gone, and the backups hold nothing that lives';
    },
  },
  {
    title: 'consumers fail',
    play: async ({ until, consumer }) => {
      await until('a call that fails', () => (consumer.lastGeneration() === null ? true : null));
      return 'no token is to be found';
    },
  },
  {
    title: 'the keeper notices',
    play: async ({ api, twin, until }) => {
      // Nothing was due before: its token would have been good for an hour.
      twin.clock.advance(TICK_MS);
      const { health, openIncident } = await until('an open incident', async () => {
        const { json } = await api('GET', '/api/zoho/status');
        const [status] = statusSchema.parse(json).connections;
        return status.openIncident === null ? null : status;
      });
      return `the connection is ${health}, incident ${openIncident} is open`;
    },
  },
  {
    title: 'an admin asks for a new consent',
    play: async (stage) => {
      const body = { connection: 'crm', reason: 'Emergency drill: everything is lost' };
      const { status, json } = await stage.api('POST', '/api/zoho/emergency-reauth', body);
      if (status !== 201) throw new Error(`the API answered ${status}: ${JSON.stringify(json)}`);
      const { authorizationUrl, expiresAt } = linkSchema.parse(json);
      stage.authorizationUrl = authorizationUrl;
      return `a link, good until ${expiresAt.slice(11, 19)} UTC`;
    },
  },
  {
    title: 'a person consents',
    play: async ({ authorizationUrl, twin }) => {
      const page = await fetch(
        await acceptAt(authorizationUrl ?? '', twin.simulator.registerUser({ email: USER })),
      );
      const headline = /<h1[^>]*>([^<]*)</.exec(await page.text())?.[1] ?? 'no headline';
      if (page.status !== 200) throw new Error(`the page answered ${page.status}: ${headline}`);
      return `the page says “${headline}”`;
    },
  },
  {
    title: 'consumers resume',
    play: async ({ until, consumer }) => {
      const generation = await until('a token that Zoho takes', () => consumer.lastGeneration());
      return `Zoho takes the published token, of generation ${generation}`;
    },
  },
  {
    title: 'the incident is closed',
    play: async ({ api, until }) => {
      const { id, durationS } = await until('a closed incident', async () => {
        const { json } = await api('GET', '/api/zoho/incidents?connection=crm');
        const [incident] = incidentsSchema.parse(json).incidents;
        return incident?.closedAt ? incident : null;
      });
      return `${id}, after ${durationS} s`;
    },
  },
  {
    title: 'all of it is on record',
    play: async ({ api }) => {
      const { json } = await api('GET', '/api/zoho/audit?connection=crm&limit=100');
      const entries = auditSchema
        .parse(json)
        .entries.map(({ operation, outcome }) => `${operation} ${outcome}`);
      const missing = [
        'emergency-reauth attempted',
        'emergency-reauth succeeded',
        'consent attempted',
        'consent succeeded',
      ].filter((entry) => !entries.includes(entry));
      if (missing.length > 0) throw new Error(`the audit lacks ${missing.join(', ')}`);
      return `${entries.length} entries in the audit`;
    },
  },
];

/** Presses "Accept" on the consent page; answers where Zoho redirects to. */
async function acceptAt(
  authorizationUrl: string,
  { email, organizations }: { email: string; organizations: readonly { zgid: string }[] },
): Promise<string> {
  const { origin, pathname, searchParams: form } = new URL(authorizationUrl);
  form.set('decision', 'accept');
  form.set('account', `${email} ${organizations[0]?.zgid}`);
  const response = await fetch(`${origin}${pathname}`, { method: 'POST', body: form, redirect: 'manual' });
  const location = response.headers.get('location');
  if (!location) throw new Error(`Zoho answered ${response.status} to the consent`);
  return location;
}
