import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../lib/audit/fingerprint.ts';

describe('P8: a fingerprint', () => {
  it('is the first 16 characters of an HMAC-SHA-256 under the client secret', () => {
    const mac = createHmac('sha256', 'secret-of-the-client')
      .update('zoho-token-recovery:fingerprint:v1:1000.token')
      .digest('hex');
    expect(fingerprint('1000.token', 'secret-of-the-client')).toBe(mac.slice(0, 16));
  });

  it('is the same for the same token and client, and another for any other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string({ minLength: 1 }), (token, secret, more) => {
        const own = fingerprint(token, secret);
        expect(own).toMatch(/^[0-9a-f]{16}$/);
        expect(fingerprint(token, secret)).toBe(own);
        expect(fingerprint(`${token}${more}`, secret)).not.toBe(own);
        expect(fingerprint(token, `${secret}.${more}`)).not.toBe(own);
      }),
    );
  });
});
