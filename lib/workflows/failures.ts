import { awsErrorName } from '../aws/errors.ts';
import type { Connection } from '../config/configuration.ts';
import type { BackupStore } from '../domain/backup.ts';
import { KeeperError } from '../domain/errors.ts';
import type { Failure } from '../domain/failure.ts';
import { type BackupFaultCode, BackupUnusableError } from '../vault/backup-faults.ts';
import { type SecretFaultCode, SecretUnusableError } from '../vault/secret-document.ts';
import { clientSecretName, credentialSecretName } from '../vault/secret-names.ts';
import type { ProbeOutcome } from '../zoho/probes.ts';
import type { MintOutcome } from '../zoho/token-endpoint.ts';

const WAIT = 'Nothing to do: it is tried again by itself.';

/** A mint that gave no token, and is not a dead credential (which sends the keeper to the next one). */
export function mintFailure(
  outcome: Exclude<MintOutcome, { kind: 'minted' } | { kind: 'dead' }>,
  connection: Connection,
): Failure {
  switch (outcome.kind) {
    case 'misconfigured':
      return {
        failureClass: 'misconfigured',
        code: 'ZOHO_REFUSED_CLIENT',
        detail: `Zoho refused the client: ${outcome.error}.`,
        remedy: `Check client id, client secret and data centre: the secret ${clientSecretName(connection.client)} and the connection's dataCenter. The refresh token is kept.`,
      };
    case 'throttled':
      return {
        failureClass: 'throttled',
        code: 'ZOHO_THROTTLED',
        detail: 'Zoho refuses to mint for the rest of its 10-minute window.',
        remedy: `${WAIT} If it returns, look for another program that mints from the same refresh token.`,
      };
    case 'transient':
      return {
        failureClass: 'transient',
        code: 'ZOHO_UNAVAILABLE',
        detail: `Zoho's accounts server gave no usable answer: ${outcome.reason}.`,
        remedy: WAIT,
      };
  }
}

/** A fresh access token that Zoho's API did not accept: it is not published. */
export function probeFailure(
  outcome: Exclude<ProbeOutcome, { kind: 'accepted' }>,
  connection: Connection,
): Failure {
  switch (outcome.kind) {
    case 'rejected':
      return outcome.reason === 'invalidToken'
        ? {
            failureClass: 'transient',
            code: 'PROBE_REFUSED_TOKEN',
            detail: `Zoho minted an access token that its API refused: ${outcome.code}.`,
            remedy: WAIT,
          }
        : {
            failureClass: 'misconfigured',
            code: 'PROBE_NOT_PERMITTED',
            detail: `The access token may not make the probe's call: ${outcome.code}.`,
            remedy: `Give the connection "${connection.id}" the probe's scope, see to it that the Zoho user may make the call, and authorise again. The credential is kept, and tried again by itself.`,
          };
    case 'throttled':
      return {
        failureClass: 'transient',
        code: 'PROBE_THROTTLED',
        detail: "Zoho's API is throttling.",
        remedy: WAIT,
      };
    case 'transient':
      return {
        failureClass: 'transient',
        code: 'PROBE_UNAVAILABLE',
        detail: `Zoho's API gave no usable answer to the probe: ${outcome.reason}.`,
        remedy: WAIT,
      };
  }
}

export function organizationFailure(connection: Connection): Failure {
  return {
    failureClass: 'misconfigured',
    code: 'ORGANIZATION_CHANGED',
    detail: 'The access token belongs to another Zoho organisation than the credential was stored for.',
    remedy: `Authorise the connection "${connection.id}" again as a user of the right organisation.`,
  };
}

export function untrustedServerFailure(connection: Connection): Failure {
  return {
    failureClass: 'misconfigured',
    code: 'ACCOUNTS_SERVER_UNTRUSTED',
    detail: "The stored credential names an accounts server that is neither Zoho's nor the connection's own.",
    remedy: `Correct accountsServer in the secret ${credentialSecretName(connection.id)}. The client secret was not sent there.`,
  };
}

export function budgetFailure(freeAtMs: number): Failure {
  return {
    failureClass: 'throttled',
    code: 'MINT_BUDGET_SPENT',
    detail: `The mint budget is spent until ${new Date(freeAtMs).toISOString()}: two of Zoho's ten mints in 10 minutes are kept for an admin.`,
    remedy: WAIT,
  };
}

export function outOfTimeFailure(): Failure {
  return {
    failureClass: 'transient',
    code: 'ATTEMPT_OUT_OF_TIME',
    detail: 'Zoho answered so slowly that not every stored credential could be asked about in one attempt.',
    remedy: WAIT,
  };
}

export function credentialChangedFailure(): Failure {
  return {
    failureClass: 'store',
    code: 'CREDENTIAL_CHANGED',
    detail: 'Somebody else replaced the credential while it was being renewed.',
    remedy: WAIT,
  };
}

/** What these say of a secret or a backup, its content may be as good as ever. */
const MAY_LIVE = {
  secret: new Set<string>([
    'SECRET_REFUSED',
    'SECRET_SCHEDULED_FOR_DELETION',
    'SECRET_NEWER_SCHEMA',
  ] satisfies SecretFaultCode[]),
  backup: new Set<string>([
    'BACKUP_UNREADABLE',
    'BACKUP_REFUSED',
    'BACKUP_KEY_UNUSABLE',
  ] satisfies BackupFaultCode[]),
};

/** Every credential was tried and none is left. */
export function noCredentialFailure(
  connection: Connection,
  tried: {
    dead: number;
    isCurrentDead: boolean;
    faults: readonly (SecretUnusableError | BackupUnusableError)[];
  },
): Failure {
  const secretId = credentialSecretName(connection.id);
  // Nobody is sent to consent again because of one that only cannot be read: a secret, or, where the current one is gone,
  // a backup, which may be newer than what is dead.
  const unread = tried.faults.find(
    ({ code }) => MAY_LIVE.secret.has(code) || (!tried.isCurrentDead && MAY_LIVE.backup.has(code)),
  );
  if (unread) return unusableFailure(unread);
  if (tried.dead > 0) {
    return {
      failureClass: 'dead',
      code: 'CREDENTIAL_DEAD',
      detail: `Zoho no longer accepts the refresh token: it was revoked, pushed out by a 21st consent, or ended by a password change.`,
      remedy: `A person must consent again for "${connection.id}": by Re-authorise in the console, or POST /api/zoho/emergency-reauth.`,
    };
  }
  const fault = tried.faults.find(({ code }) => code !== 'SECRET_MISSING');
  if (fault) return unusableFailure(fault);
  return {
    failureClass: 'unauthorized',
    code: 'CREDENTIAL_MISSING',
    detail: `The connection "${connection.id}" has no credential yet.`,
    remedy: `Authorise it in the console, or by POST /api/zoho/emergency-reauth. Or store a credential in ${secretId}.`,
  };
}

/** A store has nothing of the credential that runs. */
export function noBackupFailure(store: BackupStore, generation: number): Failure {
  return {
    failureClass: 'store',
    code: 'BACKUP_MISSING',
    detail: `The ${store} has no backup of generation ${generation}, which runs.`,
    remedy: 'The keeper writes it again by itself within six hours (BACKUP_REWRITTEN in the log).',
  };
}

/** A backup opened, and Zoho does not take what is in it. */
export function deadBackupFailure(store: BackupStore): Failure {
  return {
    failureClass: 'dead',
    code: 'CREDENTIAL_DEAD',
    detail: `Zoho no longer accepts the refresh token of the backup in the ${store}.`,
    remedy:
      'POST /api/zoho/refresh says whether the running one is dead as well; if so, consent anew: by Re-authorise in the console, or POST /api/zoho/emergency-reauth.',
  };
}

/** What a store, or a fault nobody foresaw, threw at an attempt. */
export function storeFailure(error: unknown): Failure {
  if (error instanceof SecretUnusableError || error instanceof BackupUnusableError) {
    return unusableFailure(error);
  }
  if (error instanceof KeeperError) {
    return { failureClass: 'store', code: error.code, detail: error.message, remedy: WAIT };
  }
  return {
    failureClass: 'store',
    code: 'AWS_CALL_FAILED',
    detail: `A call to AWS failed: ${awsErrorName(error)}.`,
    remedy:
      "It is tried again by itself. If it lasts, check the function's role and the AWS Health Dashboard.",
  };
}

const PERSISTENT_FAULTS: ReadonlySet<string> = new Set<SecretFaultCode>([
  'SECRET_EMPTY',
  'SECRET_NOT_JSON',
  'SECRET_NEWER_SCHEMA',
  'SECRET_INVALID',
  'SECRET_OTHER_CONNECTION',
  'SECRET_MISSING',
]);

function unusableFailure(fault: SecretUnusableError | BackupUnusableError): Failure {
  return {
    failureClass: PERSISTENT_FAULTS.has(fault.code) ? 'misconfigured' : 'store',
    code: fault.code,
    detail: fault.description,
    remedy: fault.remedy,
  };
}
