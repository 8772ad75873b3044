import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  GetSuppressedDestinationCommand,
} from '@aws-sdk/client-sesv2';
import { beforeEach, describe, expect, it } from 'vitest';
import { createEmailReadiness } from '../../../lib/alerts/email-readiness.ts';
import { notFound, scriptSes } from '../../support/checkup.ts';

const ADDRESS = 'keeper@company.example';
const { client, ses, mend } = scriptSes();
beforeEach(mend);
const readiness = () => createEmailReadiness(client);

describe('the account', () => {
  it.each([
    [
      { SendingEnabled: true, ProductionAccessEnabled: true },
      { isSending: true, isInSandbox: false },
    ],
    [
      { SendingEnabled: true, ProductionAccessEnabled: false },
      { isSending: true, isInSandbox: true },
    ],
    [
      { SendingEnabled: false, ProductionAccessEnabled: true },
      { isSending: false, isInSandbox: false },
    ],
    [{}, { isSending: false, isInSandbox: false }],
  ])('%j', async (answer, expected) => {
    ses.on(GetAccountCommand).resolves(answer);
    expect(await readiness().account()).toEqual(expected);
  });
});

describe('the sender', () => {
  const identity = (EmailIdentity: string, verified: boolean | null) => {
    const asked = ses.on(GetEmailIdentityCommand, { EmailIdentity });
    if (verified === null) asked.rejects(notFound());
    else asked.resolves({ VerifiedForSendingStatus: verified });
  };

  it.each([
    [true, null, { isVerified: true, isKnown: true }],
    [false, true, { isVerified: true, isKnown: true }],
    [null, true, { isVerified: true, isKnown: true }],
    [false, null, { isVerified: false, isKnown: true }],
    [null, false, { isVerified: false, isKnown: true }],
    [null, null, { isVerified: false, isKnown: false }],
  ] as const)('with its address verified: %s and its domain: %s', async (own, domain, expected) => {
    identity(ADDRESS, own);
    identity('company.example', domain);
    expect(await readiness().sender(ADDRESS)).toEqual(expected);
  });
});

describe('a recipient', () => {
  it('is sent to, or suppressed and why', async () => {
    expect(await readiness().suppressionOf(ADDRESS)).toBeNull();
    ses.on(GetSuppressedDestinationCommand).resolves({
      SuppressedDestination: { EmailAddress: ADDRESS, Reason: 'COMPLAINT', LastUpdateTime: new Date(0) },
    });
    expect(await readiness().suppressionOf(ADDRESS)).toEqual({ reason: 'COMPLAINT' });
  });
});

it('each thing is asked once, however many want to know', async () => {
  const email = readiness();
  await Promise.all([email.account(), email.account(), email.sender(ADDRESS), email.sender(ADDRESS)]);
  await Promise.all([
    email.suppressionOf(ADDRESS),
    email.suppressionOf(ADDRESS),
    email.suppressionOf('b@x.example'),
  ]);
  expect(ses.commandCalls(GetAccountCommand)).toHaveLength(1);
  expect(ses.commandCalls(GetEmailIdentityCommand)).toHaveLength(1);
  expect(ses.commandCalls(GetSuppressedDestinationCommand)).toHaveLength(2);
});

it('what SES refuses is thrown', async () => {
  ses
    .on(GetSuppressedDestinationCommand)
    .rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  await expect(readiness().suppressionOf(ADDRESS)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
