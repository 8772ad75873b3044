import type { MailContext } from '../../../../lib/alerts/mail/mail.ts';
import type { AlertOf, Message, MessageKind } from '../../../../lib/domain/alert.ts';
import type { Incident } from '../../../../lib/domain/incident.ts';

/** Night in Berlin, and nearly the next day in UTC: 24 November 2026, 02:42 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 24, 2, 42);
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A deployment whose team is in Berlin and publishes its runbooks. */
export function aMailContext(differing: Partial<MailContext> = {}): MailContext {
  return {
    apiUrl: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/v1/',
    timeZone: 'Europe/Berlin',
    runbooksUrl: 'https://wiki.example.com/zoho/runbooks/',
    cooldownMs: 6 * 60 * MINUTE_MS,
    nowMs: NOW_MS,
    ...differing,
  };
}

const common = { id: '3f1c8a52-6a0e-4b8e-9a55-1d1f3c0f7a10', connection: 'crm', atMs: NOW_MS };

const unavailable = {
  failureClass: 'transient',
  code: 'ZOHO_UNAVAILABLE',
  detail: "Zoho's accounts server gave no usable answer: HTTP 503.",
  remedy: 'Nothing to do: it is tried again by itself.',
} as const;

const dead = {
  failureClass: 'dead',
  code: 'CREDENTIAL_DEAD',
  detail:
    'Zoho no longer accepts the refresh token: it was revoked, pushed out by a 21st consent, or ended by a password change.',
  remedy:
    'A person must consent again for "crm": by Re-authorise in the console, or POST /api/zoho/emergency-reauth.',
} as const;

const admin = {
  kind: 'admin',
  id: '63b4c8f2-50a1-70de-9d1c-0c7f9e2a4b11',
  name: 'admin@example.com',
} as const;

export const INCIDENT: Incident = {
  id: `crm-${NOW_MS - 23 * MINUTE_MS}`,
  openedAtMs: NOW_MS - 23 * MINUTE_MS,
  closedAtMs: NOW_MS,
  tokenExpiresAtMs: NOW_MS - 14 * MINUTE_MS,
  timeline: [
    {
      atMs: NOW_MS - 23 * MINUTE_MS,
      health: 'degraded',
      code: unavailable.code,
      detail: unavailable.detail,
      failureClass: 'transient',
    },
    {
      atMs: NOW_MS - 13 * MINUTE_MS,
      health: 'down',
      code: dead.code,
      detail: dead.detail,
      failureClass: 'dead',
    },
    {
      atMs: NOW_MS,
      health: 'healthy',
      code: 'CREDENTIAL_REPLACED',
      detail: 'An admin replaced the credential by a consent.',
      failureClass: null,
    },
  ],
};

const replacement: Omit<AlertOf<'renewed'>, 'kind'> = {
  ...common,
  by: admin,
  operation: 'consent',
  reason: 'token revoked after a password change',
  sourceAddress: '203.0.113.24',
  generation: 8,
  organizationId: '60012345678',
  backedUpIn: ['table', 'bucket'],
  consumersFineUntilMs: NOW_MS + 60 * MINUTE_MS,
  revokesAtMs: NOW_MS + 70 * MINUTE_MS,
  nextRenewalAtMs: NOW_MS + 180 * DAY_MS,
};

/** A realistic message of each kind. */
export const SAMPLES: { readonly [K in MessageKind]: Extract<Message, { kind: K }> } = {
  down: {
    kind: 'down',
    ...common,
    ...dead,
    sinceMs: NOW_MS - 2 * MINUTE_MS,
    consumersFineUntilMs: NOW_MS + 38 * MINUTE_MS,
    nextAttemptAtMs: NOW_MS + 5 * MINUTE_MS,
    incidentId: `crm-${NOW_MS - 2 * MINUTE_MS}`,
  },
  degraded: {
    kind: 'degraded',
    ...common,
    ...unavailable,
    sinceMs: NOW_MS - 4 * MINUTE_MS,
    consumersFineUntilMs: NOW_MS + 38 * MINUTE_MS,
    nextAttemptAtMs: NOW_MS + 4 * MINUTE_MS,
    incidentId: `crm-${NOW_MS - 4 * MINUTE_MS}`,
  },
  flapping: {
    kind: 'flapping',
    ...common,
    ...unavailable,
    health: 'degraded',
    sinceMs: NOW_MS - MINUTE_MS,
    consumersFineUntilMs: NOW_MS + 27 * MINUTE_MS,
    nextAttemptAtMs: NOW_MS + MINUTE_MS,
    incidentId: `crm-${NOW_MS - MINUTE_MS}`,
    quietUntilMs: NOW_MS + 360 * MINUTE_MS,
  },
  recovered: {
    kind: 'recovered',
    ...common,
    severity: 'critical',
    incident: INCIDENT,
    consumersFineUntilMs: NOW_MS + 60 * MINUTE_MS,
  },
  renewalDue: {
    kind: 'renewalDue',
    ...common,
    dueAtMs: NOW_MS + 7 * DAY_MS,
    daysLeft: 7,
    isOpened: true,
    consumersFineUntilMs: NOW_MS + 41 * MINUTE_MS,
  },
  renewed: { kind: 'renewed', ...replacement, operation: 'renewal', reason: null, backedUpIn: ['table'] },
  credentialReplaced: { kind: 'credentialReplaced', ...replacement },
  recoveredFromBackup: {
    kind: 'recoveredFromBackup',
    ...common,
    from: 'backupTable',
    repairs: ['recreated zoho/crm/credential', 'recreated zoho/crm/access-token'],
    generation: 8,
    consumersFineUntilMs: NOW_MS + 59 * MINUTE_MS,
  },
  backupRewritten: { kind: 'backupRewritten', ...common, stores: ['bucket'], generation: 7 },
  rateLimited: {
    kind: 'rateLimited',
    ...common,
    by: admin,
    operation: 'manual-token-update',
    sourceAddress: '203.0.113.24',
  },
  auditBroken: {
    kind: 'auditBroken',
    ...common,
    detail: 'Entry 7 was changed: its hash is not that of its content.',
  },
  digest: {
    kind: 'digest',
    id: common.id,
    atMs: NOW_MS,
    entries: [
      {
        connection: 'books',
        health: 'degraded',
        sinceMs: NOW_MS - 9 * MINUTE_MS,
        failure: { code: unavailable.code, detail: unavailable.detail, remedy: unavailable.remedy },
        consumersFineUntilMs: NOW_MS + 31 * MINUTE_MS,
        isUnauthorized: false,
        findings: [],
        keptBack: 3,
      },
      {
        connection: 'crm',
        health: 'down',
        sinceMs: NOW_MS - 7 * 60 * MINUTE_MS,
        failure: { code: dead.code, detail: dead.detail, remedy: dead.remedy },
        consumersFineUntilMs: null,
        isUnauthorized: false,
        findings: [
          {
            name: 'backupBucket',
            status: 'fail',
            detail: 'The newest generation is not in the bucket.',
            remedy: 'Nothing to do: the sweep writes it within six hours.',
          },
        ],
        keptBack: 0,
      },
    ],
    fine: 3,
  },
};
