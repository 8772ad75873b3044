import { DATA_CENTERS } from '../../../lib/domain/data-center.ts';
import type { ZohoResponse } from '../../../lib/zoho/http.ts';

export const EU = DATA_CENTERS.eu;

/** Shaped like Zoho's, made up. */
export const SECRETS = {
  clientSecret: 'b7c1f0d94e2a85b3c6d7e8f9a0b1c2d3e4f5a6b7c8',
  refreshToken: '1000.1f2e3d4c5b6a79880f1e2d3c4b5a6978.8796a5b4c3d2e1f00f1e2d3c4b5a6978',
  accessToken: '1000.0a1b2c3d4e5f60718293a4b5c6d7e8f9.f9e8d7c6b5a493827160f5e4d3c2b1a0',
  code: '1000.c0dec0dec0dec0dec0dec0dec0dec0de.edocedocedocedocedocedocedocedoc',
};

export const CLIENT = { clientId: '1000.CLIENT0ID0OF0A0TEST', clientSecret: SECRETS.clientSecret };

/** An answer as it came over the wire; anything but text is sent as JSON. */
export function answered(body: unknown, status = 200, contentType = 'application/json'): ZohoResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'answered', status, contentType, body: text, truncated: false };
}

export const THROTTLE = {
  error_description: 'You have made too many requests continuously. Please try again after some time.',
  error: 'Access Denied',
  status: 'failure',
};

export const LOCALIZED_THROTTLE = {
  error_description: '您已连续提出过多请求，请稍后再试。',
  error: '拒绝访问',
  status: 'failure',
};

export const MINTED = {
  access_token: SECRETS.accessToken,
  api_domain: 'https://www.zohoapis.eu',
  token_type: 'Bearer',
  expires_in: 3600,
};

/** Answers that say nothing about a token, whoever is asked. */
export const UNUSABLE: ReadonlyArray<[name: string, response: (status: number) => ZohoResponse]> = [
  ['a page', (status) => answered('<!DOCTYPE html><h1>Error</h1>', status, 'text/html;charset=UTF-8')],
  ['a page that calls itself JSON', (status) => answered('<html></html>', status)],
  ['an empty body', (status) => answered('', status)],
  ['text', (status) => answered('Service Unavailable', status, 'text/plain')],
  ['JSON cut short', (status) => answered(JSON.stringify(MINTED).slice(0, -9), status)],
  ['JSON null', (status) => answered('null', status)],
  ['a JSON array', (status) => answered([MINTED], status)],
  ['a JSON string', (status) => answered('"access_token"', status)],
  ['a JSON number', (status) => answered('3600', status)],
  ['an empty object', (status) => answered({}, status)],
  [
    'an answer that was cut off, though what was read is whole',
    (status) => ({
      kind: 'answered',
      status,
      contentType: 'application/json',
      body: JSON.stringify(MINTED),
      truncated: true,
    }),
  ],
  ['a time-out', () => ({ kind: 'unreachable', reason: 'timeout', detail: 'after 10000 ms' })],
  ['a broken connection', () => ({ kind: 'unreachable', reason: 'network', detail: 'ECONNRESET' })],
];
