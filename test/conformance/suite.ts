import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Behaviours } from './behaviours/behaviour.ts';
import { DYNAMODB } from './behaviours/dynamodb.ts';
import { KMS } from './behaviours/kms.ts';
import { S3 } from './behaviours/s3.ts';
import { SECRET_ENCRYPTION } from './behaviours/secret-encryption.ts';
import { SECRET_LIFECYCLE } from './behaviours/secret-lifecycle.ts';
import { SECRET_VALUES } from './behaviours/secret-values.ts';
import { SES } from './behaviours/ses.ts';
import { type Cloud, type Endpoint, openCloud } from './cloud.ts';
import { DEVIATIONS, type Implementation, printDeviations } from './deviations.ts';
import { expectDeviation } from './expect-deviation.ts';

const SERVICES: Readonly<Record<string, Behaviours>> = {
  'Secrets Manager': { ...SECRET_VALUES, ...SECRET_LIFECYCLE, ...SECRET_ENCRYPTION },
  KMS,
  DynamoDB: DYNAMODB,
  S3,
  SES,
};

/**
 * Checks an implementation of AWS against AWS's documentation, but for what it is known to do otherwise: that is
 * printed, and checked to be still so.
 *
 * @param connect where it answers; called before the first check
 */
export function describeConformance(
  implementation: Implementation,
  connect: () => Promise<Endpoint> | Endpoint,
): void {
  const deviations = DEVIATIONS[implementation];
  let cloud: Cloud;
  beforeAll(async () => {
    printDeviations(implementation);
    cloud = await openCloud(await connect());
  });
  afterAll(() => cloud?.close());

  for (const [service, behaviours] of Object.entries(SERVICES)) {
    describe(service, () => {
      for (const [name, check] of Object.entries(behaviours)) {
        const known = deviations.find((one) => one.service === service && one.behaviour === name);
        it(name, () => (known ? expectDeviation(known, check(cloud)) : check(cloud)));
      }
    });
  }

  it('the known deviations are of behaviours that there are', () => {
    const unknown = deviations.filter(({ service, behaviour }) => !SERVICES[service]?.[behaviour]);
    expect(unknown).toEqual([]);
  });
}
