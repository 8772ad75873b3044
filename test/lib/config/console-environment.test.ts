import { describe, expect, it } from 'vitest';
import { readConsoleEnvironment } from '../../../lib/config/console-environment.ts';
import { EnvironmentError } from '../../../lib/config/parse-environment.ts';

const GOOD = {
  ISSUER: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x',
  SIGN_IN_ORIGIN: 'https://zoho-admins-1.auth.eu-central-1.amazoncognito.com/',
  CONSOLE_CLIENT_ID: 'client',
};

describe('the environment of the function that serves the console', () => {
  it('says where admins sign in, without a slash at its end', () => {
    expect(readConsoleEnvironment(GOOD)).toEqual({
      issuer: GOOD.ISSUER,
      signInOrigin: 'https://zoho-admins-1.auth.eu-central-1.amazoncognito.com',
      clientId: 'client',
    });
  });

  describe.each(Object.keys(GOOD))('%s', (name) => {
    it.each(['', undefined])('is named when it is %j', (value) => {
      const read = () => readConsoleEnvironment({ ...GOOD, [name]: value });
      expect(read).toThrow(EnvironmentError);
      expect(read).toThrow(`lacks ${name}. Deploy the stack again`);
    });
  });
});
