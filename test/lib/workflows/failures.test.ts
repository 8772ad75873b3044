import { describe, expect, it } from 'vitest';
import { KeeperError } from '../../../lib/domain/errors.ts';
import { BackupUnusableError } from '../../../lib/vault/backup-faults.ts';
import { type SecretFaultCode, SecretUnusableError } from '../../../lib/vault/secret-document.ts';
import {
  budgetFailure,
  mintFailure,
  noCredentialFailure,
  organizationFailure,
  probeFailure,
  storeFailure,
  untrustedServerFailure,
} from '../../../lib/workflows/failures.ts';
import { aConnection } from '../../support/builders.ts';

const CONNECTION = aConnection({ id: 'books-eu', client: 'finance' });

function fault(code: SecretFaultCode): SecretUnusableError {
  return new SecretUnusableError(code, `The secret zoho/books-eu/credential: ${code}.`, 'Mend it.');
}

const MISSING = fault('SECRET_MISSING');
const REFUSED = fault('SECRET_REFUSED');
const NO_TABLE = new BackupUnusableError('BACKUP_STORE_MISSING', 'There is no table.', 'Deploy it.');

describe('with no credential left that works', () => {
  it.each<[string, { dead: number; faults: (SecretUnusableError | BackupUnusableError)[] }, string]>([
    ['nothing was ever there', { dead: 0, faults: [MISSING] }, 'CREDENTIAL_MISSING'],
    ['the only one is dead', { dead: 1, faults: [] }, 'CREDENTIAL_DEAD'],
    ['one that may live cannot be read', { dead: 1, faults: [REFUSED, NO_TABLE] }, 'SECRET_REFUSED'],
    [
      'it is corrupt, and older ones are dead',
      { dead: 1, faults: [fault('SECRET_INVALID')] },
      'CREDENTIAL_DEAD',
    ],
    ['it is dead, and older ones cannot be read', { dead: 1, faults: [NO_TABLE] }, 'CREDENTIAL_DEAD'],
    ['it is lost, and so are the backups', { dead: 0, faults: [MISSING, NO_TABLE] }, 'BACKUP_STORE_MISSING'],
  ])('%s', (_, tried, code) => {
    expect(noCredentialFailure(CONNECTION, { isCurrentDead: tried.dead > 0, ...tried })).toMatchObject({
      code,
    });
  });
});

describe('what Zoho answered', () => {
  it.each([
    [{ kind: 'misconfigured', error: 'invalid_client' } as const, 'misconfigured', 'ZOHO_REFUSED_CLIENT'],
    [{ kind: 'throttled' } as const, 'throttled', 'ZOHO_THROTTLED'],
    [{ kind: 'transient', reason: 'timeout' } as const, 'transient', 'ZOHO_UNAVAILABLE'],
  ])('to a mint: %o', (outcome, failureClass, code) => {
    expect(mintFailure(outcome as Parameters<typeof mintFailure>[0], CONNECTION)).toMatchObject({
      failureClass,
      code,
    });
  });

  it.each([
    [{ kind: 'rejected', reason: 'invalidToken', code: 'INVALID_TOKEN' }, 'transient', 'PROBE_REFUSED_TOKEN'],
    [
      { kind: 'rejected', reason: 'scopeMismatch', code: 'OAUTH_SCOPE_MISMATCH' },
      'misconfigured',
      'PROBE_NOT_PERMITTED',
    ],
    [{ kind: 'throttled' }, 'transient', 'PROBE_THROTTLED'],
    [{ kind: 'transient', reason: 'timeout' }, 'transient', 'PROBE_UNAVAILABLE'],
  ])('to a probe: %o', (outcome, failureClass, code) => {
    expect(probeFailure(outcome as Parameters<typeof probeFailure>[0], CONNECTION)).toMatchObject({
      failureClass,
      code,
    });
  });
});

describe('no credential that could be used', () => {
  it('is dead as soon as Zoho has called one dead', () => {
    expect(
      noCredentialFailure(CONNECTION, { dead: 1, isCurrentDead: true, faults: [fault('SECRET_MISSING')] }),
    ).toMatchObject({
      failureClass: 'dead',
      code: 'CREDENTIAL_DEAD',
    });
  });

  it('is unauthorised when there never was one', () => {
    const faults = [fault('SECRET_MISSING'), fault('SECRET_MISSING')];
    expect(noCredentialFailure(CONNECTION, { dead: 0, isCurrentDead: true, faults })).toMatchObject({
      failureClass: 'unauthorized',
      code: 'CREDENTIAL_MISSING',
    });
  });

  it('is what is wrong with the current one, when that is not that it is missing', () => {
    const faults = [fault('SECRET_NOT_JSON'), fault('SECRET_MISSING')];
    expect(noCredentialFailure(CONNECTION, { dead: 0, isCurrentDead: true, faults })).toMatchObject({
      failureClass: 'misconfigured',
      code: 'SECRET_NOT_JSON',
      remedy: 'Mend it.',
    });
  });
});

describe('what a store threw', () => {
  it.each([
    ['SECRET_NEWER_SCHEMA', 'misconfigured'],
    ['SECRET_UNREADABLE', 'store'],
    ['SECRET_SCHEDULED_FOR_DELETION', 'store'],
  ] as const)('%s is %s', (code, failureClass) => {
    expect(storeFailure(fault(code))).toMatchObject({ failureClass, code });
  });

  it('P8: is told by its name only, for nobody knows what its text holds', () => {
    const secret = '1000.refresh-token-in-a-message';
    const failure = storeFailure(Object.assign(new Error(secret), { name: 'AccessDeniedException' }));
    expect(failure).toMatchObject({ failureClass: 'store', code: 'AWS_CALL_FAILED' });
    expect(failure.detail).toContain('AccessDeniedException');
    expect(JSON.stringify(failure)).not.toContain(secret);
  });

  it('of our own is told by its code', () => {
    class LostError extends KeeperError {
      readonly code = 'LOST';
    }
    expect(storeFailure(new LostError('It is lost.'))).toMatchObject({ code: 'LOST', detail: 'It is lost.' });
  });
});

it('every failure that a person can mend names the very secret or connection', () => {
  expect(mintFailure({ kind: 'misconfigured', error: 'invalid_client' }, CONNECTION).remedy).toContain(
    'zoho/clients/finance',
  );
  expect(noCredentialFailure(CONNECTION, { dead: 1, isCurrentDead: true, faults: [] }).remedy).toContain(
    '"books-eu"',
  );
  expect(untrustedServerFailure(CONNECTION).remedy).toContain('zoho/books-eu/credential');
  expect(organizationFailure(CONNECTION).remedy).toContain('books-eu');
  expect(budgetFailure(Date.UTC(2026, 0, 1)).detail).toContain('2026-01-01T00:00:00.000Z');
});
