import { expect } from 'vitest';
import type { Deviation } from './deviations.ts';

/**
 * That a check fails, and as it is known to.
 *
 * @throws when it does not, so that the table of known deviations stays true
 */
export async function expectDeviation(
  { symptom, behaviour }: Deviation,
  checked: Promise<void>,
): Promise<void> {
  const failure = await checked.then(
    () => null,
    (error: Error) => error,
  );
  if (!failure) throw new Error(`"${behaviour}" deviates no longer: take it out of the known deviations`);
  expect(`${failure.name}: ${failure.message}`).toMatch(symptom);
}
