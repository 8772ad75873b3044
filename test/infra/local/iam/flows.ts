import { expect, vi } from 'vitest';
import { CONNECTION, type FunctionPrefix, type Loss, type Stage } from './stage.ts';

const MINUTE_MS = 60_000;
/** A function that an event sets off starts cold. */
const PATIENCE = { timeout: 20_000, interval: 50 };

/** Something that the system does, with its own check of whether it did. */
export interface Flow {
  readonly name: string;
  /** Begins with a stage that was reset; throws an AssertionError when it has not come to what it should. */
  readonly play: (stage: Stage) => Promise<void>;
}

/** What is done or looked at in a flow. */
type Step = (stage: Stage) => Promise<void> | void;

function flow(name: string, ...steps: readonly Step[]): Flow {
  return {
    name,
    play: async (stage) => {
      for (const step of steps) await step(stage);
    },
  };
}

/** A function runs by its schedule, and logs just these codes. */
const logs =
  (prefix: FunctionPrefix, ...codes: string[]): Step =>
  async (stage) =>
    expect(await stage.run(prefix), prefix).toEqual(codes);

/** The API shows an admin at least this. */
const shows =
  (path: string, expected: object): Step =>
  async (stage) =>
    expect((await stage.twin.ask(path)).json, path).toMatchObject(expected);

/** An admin has something done, and is answered at least this. */
const does =
  (path: string, expected: object, body: (stage: Stage) => Promise<object> | object = () => ({})): Step =>
  async (stage) =>
    expect((await stage.post(path, await body(stage))).json, path).toMatchObject(expected);

/** Listeners are told exactly this. */
const tells =
  (...types: string[]): Step =>
  (stage) =>
    expect(stage.twin.bus.events.splice(0).map(({ DetailType }) => DetailType)).toEqual(types);

const incidentIs =
  (state: 'open' | 'closed'): Step =>
  async (stage) => {
    const [newest] = await stage.incidents();
    expect(newest?.closedAt === null ? 'open' : 'closed', 'the incident').toBe(state);
  };

const passes =
  (minutes: number): Step =>
  (stage) =>
    stage.twin.clock.advance(minutes * MINUTE_MS);

const serves: Step = async (stage) => expect(await stage.isServed(), 'consumers have a token').toBe(true);
const empties: Step = (stage) => stage.reset({ credential: false });
const stages: Step = async (stage) => stage.stage(await stage.refreshToken());
const breaks: Step = (stage) => void stage.twin.simulator.addFault({ kind: 'down' });
const mends: Step = (stage) => stage.twin.simulator.clearFaults();

const connects: Step = async (stage) => {
  const { text } = await stage.consent();
  expect(/<h1[^>]*>([^<]*)</.exec(text)?.[1]).toBe('Connected');
};

/** Not every route takes a reason. */
const withoutReason = () => ({ reason: undefined });
const giveToken = async (stage: Stage) => ({ refreshToken: await stage.refreshToken() });
const giveCode = (stage: Stage) => ({ grantCode: stage.grantCode() });

/** Both stores hold the running credential. */
const keeps: Step = shows('/api/zoho/status', {
  connections: [{ backups: { stores: ['table', 'bucket'] } }],
});

/** What runs was where it belongs: nothing had to be brought back. */
const fromCurrent: Step = shows('/api/zoho/status', { connections: [{ lastRecovery: null }] });

const loses =
  (how: Loss): Step =>
  (stage) =>
    stage.lose(how);
const forgets: Step = (stage) => stage.forget();
const spoils: Step = (stage) => stage.spoilFile();

const listsBackups: Step = async (stage) => {
  const { json } = await stage.twin.ask(`/api/zoho/backups?connection=${CONNECTION}`);
  // Another flow has put something there that is no backup.
  const refused = json.unusable.filter(({ code }: { code: string }) => code !== 'BACKUP_NOT_JSON');
  expect(refused, 'what cannot be listed').toEqual([]);
  expect(json.backups.some(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toBe(true);
};
const giveGeneration = async (stage: Stage) => {
  const { json } = await stage.twin.ask(`/api/zoho/status`);
  return { generation: json.connections[0].generation - 1 };
};

/** People get exactly these e-mails: what each subject begins with. */
const mails =
  (...beginnings: string[]): Step =>
  async (stage) =>
    expect(await stage.mails(), 'the e-mails').toEqual(
      beginnings.map((beginning) => expect.stringMatching(new RegExp(`^${CONNECTION} ${beginning}`))),
    );
/** An admin is led to Zoho's consent. */
const takesUpRenewal: Step = async (stage) => {
  const path = `/api/zoho/renewal?connection=${CONNECTION}`;
  const { status, headers } = await stage.twin.ask(path, { redirect: 'manual' });
  expect([status, headers.get('location')], path).toEqual([
    303,
    expect.stringContaining(`${stage.twin.zoho}/oauth/v2/auth?`),
  ]);
};
const rotates: Step = (stage) => {
  stage.twin.simulator.settings.rotateRefreshTokens = true;
};

const REFRESHED = 'ACCESS_TOKEN_REFRESHED';
const RECOVERED = 'CREDENTIAL_RECOVERED';
const REPAIRED = 'SECRETS_REPAIRED';
const DOWN = 'REFRESH_FAILED ZOHO_UNAVAILABLE';
const PUBLISHED = 'ZohoAccessTokenPublished';
const REPLACED = ['ZohoCredentialReplaced', PUBLISHED] as const;
const UPDATE = '/api/zoho/manual-token-update';
const RESTORE = '/api/zoho/restore';
const LOSSES: readonly { how: Loss; code: string }[] = [
  { how: 'gone', code: RECOVERED },
  { how: 'goingAway', code: REPAIRED },
  { how: 'locked', code: RECOVERED },
];

const refreshes = logs('Sweep', REFRESHED);
/** People are told what they have not been told; and what has changed is looked at from every side. */
const tellsOf =
  (news: number): Step =>
  async (stage) => {
    const checked = stage.healthChecks();
    const codes = ['ALERT_NOTED', 'ALERT_SENT'].flatMap((code) => Array.from({ length: news }, () => code));
    stage.twin.bus.events.length = 0;
    await logs('Alerts', ...codes)(stage);
    await tells('ZohoConnectionHealthChanged')(stage);
    await vi.waitUntil(() => stage.healthChecks() > checked, PATIENCE);
  };
/** The first look at a connection, which finds no news. */
const meets = logs('Alerts');
/** In minutes. A health check looks a day back: after more than one it finds nothing of what was before. */
const DAYS = 24 * 60;
const checks = logs('HealthCheck', 'HEALTH_OK');
/** Whatever the audit went through before, it is sealed. */
const seals: readonly Step[] = [refreshes, passes(61), logs('Anchor', 'AUDIT_ANCHORED')];
/** And so is the day that follows. */
const aSealedDay: readonly Step[] = [
  ...seals,
  passes(DAYS + 60),
  refreshes,
  logs('Anchor', 'AUDIT_ANCHORED'),
];
const refreshesNow: Step = does('/api/zoho/refresh', { result: 'refreshed' });
/** Six hours later its token is due as well. */
const mendsBackup = logs('Sweep', REFRESHED, 'BACKUP_REWRITTEN');
const fails: Step = async (stage) => {
  await breaks(stage);
  await logs('Sweep', DOWN)(stage);
  await mends(stage);
};
const tellsOfAnOutage: readonly Step[] = [
  ...seals,
  refreshes,
  meets,
  passes(62),
  fails,
  tellsOf(1),
  mails('DOWN'),
];

/**
 * The main flows of every function. Between them they use every permission that there is, so a new permission comes with
 * a flow here.
 */
export const FLOWS: readonly Flow[] = [
  flow('the tick refreshes', logs('Refresh', REFRESHED), serves, keeps, tells(...REPLACED)),
  flow('the tick refreshes again', refreshes, passes(50), logs('Refresh', REFRESHED), serves),
  flow('the tick meets a Zoho that is down', breaks, logs('Refresh', DOWN), incidentIs('open')),
  flow(
    'the tick finishes what is staged',
    stages,
    logs('Refresh', 'CREDENTIAL_PROMOTED'),
    serves,
    tells(...REPLACED),
  ),
  flow('the sweep refreshes', refreshes, serves, keeps, tells(...REPLACED)),
  flow('the sweep tries again', fails, passes(2), refreshes, serves, incidentIs('closed')),
  flow('the sweep finishes what is staged', stages, logs('Sweep', 'CREDENTIAL_PROMOTED'), serves),
  flow('the sweep revokes', connects, passes(71), refreshes, logs('Sweep', 'SUPERSEDED_REVOKED'), serves),
  flow('the anchor seals', passes(24 * 60), refreshes, logs('Anchor', 'AUDIT_ANCHORED')),
  flow('status', refreshes, shows('/api/zoho/status', { connections: [{ health: 'healthy' }] })),
  flow(
    'a probe',
    refreshes,
    shows('/api/zoho/status?probe=true', { connections: [{ probe: { outcome: 'accepted' } }] }),
  ),
  flow('a chain', refreshes, shows(`/api/zoho/audit?connection=${CONNECTION}&limit=1`, { entries: [{}] })),
  flow('the audit by day', refreshes, shows('/api/zoho/audit?limit=1', { entries: [{}], unreadable: 0 })),
  flow('the incidents', fails, shows('/api/zoho/incidents', { incidents: [{ closedAt: null }] })),
  flow('a consent', connects, tells(...REPLACED), serves, keeps),
  flow('the first consent', empties, connects, tells(...REPLACED), serves),
  flow('a consent that ends an incident', fails, connects, serves, incidentIs('closed')),
  flow('a refresh token', does(UPDATE, { result: 'replaced' }, giveToken), tells(...REPLACED), serves, keeps),
  flow('the first refresh token', empties, does(UPDATE, { result: 'replaced' }, giveToken), serves),
  flow('a grant code', does(UPDATE, { result: 'replaced' }, giveCode), tells(...REPLACED), serves),
  flow('refresh now', refreshesNow, serves, fromCurrent),
  flow('the sweep mends a backup', refreshes, spoils, passes(6 * 60), mendsBackup, keeps),
  flow('the backups', refreshes, listsBackups),
  flow('people are told that consumers have no token', ...tellsOfAnOutage),
  flow(
    'people are told of the incident that is over, and of who replaced the credential',
    ...tellsOfAnOutage,
    connects,
    tellsOf(2),
    mails('recovered', 'credential replaced'),
  ),
  flow(
    'a renewal is opened, and taken up',
    refreshes,
    passes(84 * DAYS),
    logs('Sweep', REFRESHED),
    logs('Alerts', 'ALERT_NOTED', 'ALERT_SENT'),
    mails('renewal due in 6 days'),
    shows(`/api/zoho/audit?connection=${CONNECTION}&limit=1`, {
      entries: [{ code: 'RENEWAL_OPENED' }],
    }),
    takesUpRenewal,
  ),
  flow(
    'the daily health check',
    ...aSealedDay,
    checks,
    shows('/api/zoho/status', { connections: [{ lastHealthCheck: { status: 'ok' } }] }),
  ),
  flow(
    'a restore drill that Zoho answers with a new refresh token',
    ...aSealedDay,
    rotates,
    checks,
    logs('Sweep', 'CREDENTIAL_PROMOTED'),
    serves,
  ),
  flow(
    'a health check that an admin asks for, and its history',
    ...aSealedDay,
    does(
      '/api/zoho/health-check',
      { reports: [{ status: 'ok', isKept: true }], auditRecorded: true },
      withoutReason,
    ),
    shows('/api/zoho/health-check', { reports: [{ trigger: 'admin' }] }),
  ),
  flow(
    'a restoration',
    refreshes,
    connects,
    does(RESTORE, { result: 'replaced' }, giveGeneration),
    serves,
    keeps,
  ),
  ...LOSSES.flatMap(({ how, code }) => [
    flow(
      `the tick meets secrets that are ${how}`,
      refreshes,
      loses(how),
      forgets,
      logs('Refresh', code),
      serves,
    ),
    flow(`the sweep meets secrets that are ${how}`, refreshes, loses(how), logs('Sweep', code), serves),
    flow(`refresh now, with secrets that are ${how}`, refreshes, loses(how), forgets, refreshesNow, serves),
    flow(`a consent, with secrets that are ${how}`, refreshes, loses(how), forgets, connects, serves),
  ]),
];
