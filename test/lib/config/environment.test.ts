import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/config/configuration.ts';
import { readEnvironment, readRedirectUri } from '../../../lib/config/environment.ts';
import { EnvironmentError } from '../../../lib/config/parse-environment.ts';
import { aConfigurationOf, aConnection } from '../../support/builders.ts';

const directory = mkdtempSync(join(tmpdir(), 'environment-'));
const configuration = aConfigurationOf({ connections: [aConnection()] });
afterAll(() => rmSync(directory, { recursive: true, force: true }));
writeFileSync(join(directory, 'good.json'), JSON.stringify(configuration));
writeFileSync(join(directory, 'bad.json'), '{}');

const GOOD = {
  STATE_TABLE_NAME: 'state',
  AUDIT_TABLE_NAME: 'audit',
  CONFIGURATION_FILE: 'good.json',
  LAMBDA_TASK_ROOT: directory,
};

describe('a function’s environment', () => {
  it('leads to the configuration beside the code', () => {
    expect(readEnvironment(GOOD)).toEqual({
      stateTableName: 'state',
      auditTableName: 'audit',
      configuration,
    });
  });

  describe.each(Object.keys(GOOD))('without %s', (name) => {
    it.each([
      ['missing', undefined],
      ['empty', ''],
    ])('(%s) is refused by that name', (_how, value) => {
      expect(() => readEnvironment({ ...GOOD, [name]: value })).toThrow(EnvironmentError);
      expect(() => readEnvironment({ ...GOOD, [name]: value })).toThrow(name);
    });
  });

  it('says where Zoho redirects to, where that is needed', () => {
    const REDIRECT_URI = 'https://api.example/api/zoho/oauth/callback';
    expect(readRedirectUri({ REDIRECT_URI })).toBe(REDIRECT_URI);
    expect(() => readRedirectUri({})).toThrow('REDIRECT_URI');
  });

  it('that points to no file, or to a wrong one, is refused', () => {
    expect(() => readEnvironment({ ...GOOD, CONFIGURATION_FILE: 'none.json' })).toThrow(ConfigurationError);
    expect(() => readEnvironment({ ...GOOD, CONFIGURATION_FILE: 'bad.json' })).toThrow(ConfigurationError);
  });
});
