import { describe, expect, it } from 'vitest';
import { DEVIATIONS, type Deviation } from './deviations.ts';
import { expectDeviation } from './expect-deviation.ts';

const DEVIATION: Deviation = {
  service: 'S3',
  behaviour: 'something',
  instead: 'something else',
  symptom: /^AssertionError: expected 1 to be 2/,
  documentation: 'https://docs.aws.amazon.com/',
};

async function check(received: number): Promise<void> {
  expect(received).toBe(2);
}

describe('a known deviation', () => {
  it('passes while it is as described', async () => {
    await expectDeviation(DEVIATION, check(1));
  });

  it('fails as soon as it is none', async () => {
    const checked = expectDeviation(DEVIATION, check(2));
    await expect(checked).rejects.toThrow('"something" deviates no longer: take it out of the known');
  });

  it('fails when it is another one', async () => {
    await expect(expectDeviation(DEVIATION, check(3))).rejects.toThrow(/to match/);
  });

  it('fails when the check does not get that far', async () => {
    const unreachable = Promise.reject(new Error('connect ECONNREFUSED'));
    await expect(expectDeviation(DEVIATION, unreachable)).rejects.toThrow(/to match/);
  });
});

describe('the tables of known deviations', () => {
  it('point to AWS’s documentation', () => {
    const pages = Object.values(DEVIATIONS).flatMap((table) => table.map((known) => known.documentation));
    expect(pages.filter((page) => !page.startsWith('https://docs.aws.amazon.com/'))).toEqual([]);
  });

  it('have none for AWS itself', () => {
    expect(DEVIATIONS.aws).toEqual([]);
  });
});
