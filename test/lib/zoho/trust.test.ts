import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATA_CENTER_CODES, DATA_CENTERS } from '../../../lib/domain/data-center.ts';
import { trustedAccountsServer, trustedApiDomain } from '../../../lib/zoho/trust.ts';
import { EU } from './responses.ts';

const STAND_IN = {
  accountsServer: 'http://127.0.0.1:4110',
  apiDomain: 'http://127.0.0.1:4111',
  deskDomain: 'http://127.0.0.1:4112',
  mailDomain: 'http://127.0.0.1:4113',
};

describe('which hosts secrets may be sent to', () => {
  it.each(DATA_CENTER_CODES)('accepts the data centre %s', (code) => {
    const { accountsServer, apiDomain } = DATA_CENTERS[code];
    expect(trustedAccountsServer(accountsServer, EU)).toBe(DATA_CENTERS[code]);
    expect(trustedApiDomain(apiDomain, EU)).toBe(apiDomain);
  });

  it("accepts a connection's own stand-in, and only for that connection", () => {
    expect(trustedAccountsServer(STAND_IN.accountsServer, STAND_IN)).toBe(STAND_IN);
    expect(trustedApiDomain(STAND_IN.apiDomain, STAND_IN)).toBe(STAND_IN.apiDomain);
    expect(trustedAccountsServer(STAND_IN.accountsServer, EU)).toBeNull();
    expect(trustedApiDomain(STAND_IN.apiDomain, EU)).toBeNull();
  });

  it('takes the spellings of one origin for the same', () => {
    expect(trustedAccountsServer('https://ACCOUNTS.zoho.eu:443/', EU)).toBe(EU);
    expect(trustedApiDomain('https://www.zohoapis.eu/', EU)).toBe('https://www.zohoapis.eu');
  });

  it.each([
    'http://accounts.zoho.eu',
    'https://accounts.zoho.eu.example.com',
    'https://accounts.zoho.eu@example.com',
    'https://user:pass@accounts.zoho.eu',
    'https://accounts.zoho.eu:8443',
    'https://accounts.zoho.eu/redirect',
    'https://accounts.zoho.eu?to=example.com',
    'https://accounts.zoho.eu#fragment',
    'https://example.com/https://accounts.zoho.eu',
    'accounts.zoho.eu',
    'javascript:alert(1)',
    'null',
    '',
  ])('refuses %j', (value) => {
    expect(trustedAccountsServer(value, EU)).toBeNull();
    expect(trustedApiDomain(value.replace('accounts.zoho', 'www.zohoapis'), EU)).toBeNull();
  });

  it("refuses a host that Canada's would have by its suffix, which is not Zoho's", () => {
    expect(trustedAccountsServer('https://accounts.zoho.ca', EU)).toBeNull();
  });

  it('does not take one kind of host for the other', () => {
    expect(trustedAccountsServer(EU.apiDomain, EU)).toBeNull();
    expect(trustedApiDomain(EU.accountsServer, EU)).toBeNull();
  });

  it('refuses an API domain that is not text', () => {
    for (const value of [undefined, null, 7, ['https://www.zohoapis.eu'], {}]) {
      expect(trustedApiDomain(value, EU)).toBeNull();
    }
  });

  it('answers only what is on the list, whatever it is given', () => {
    const servers: string[] = Object.values(DATA_CENTERS).map(({ accountsServer }) => accountsServer);
    const piece = fc.constantFrom(
      ...servers,
      'https://',
      'example.com',
      ...'/@:.?#\\\t 8',
      'accounts.zoho.eu',
      ':443',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 5 }), (pieces) => {
        const value = pieces.join('');
        const found = trustedAccountsServer(value, EU);
        expect(found === null || servers.includes(found.accountsServer)).toBe(true);
        if (found) expect(new URL(value).origin).toBe(found.accountsServer);
      }),
    );
  });
});
