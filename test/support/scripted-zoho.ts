import { MockAgent } from 'undici';
import type { ZohoHttp } from '../../lib/zoho/http.ts';
import { dispatchedBy } from './dispatched.ts';

/**
 * A Zoho that answers each mint as told, and takes whatever it minted as a token of one organisation.
 *
 * @param probe what its CRM answers with; a test may change it
 */
export function scriptZoho(
  origin: string,
  answer: (refreshToken: string) => object,
): { zoho: ZohoHttp; probe: { status: number; organizationId: string } } {
  const probe = { status: 200, organizationId: '60001' };
  const agent = new MockAgent();
  agent.disableNetConnect();
  const pool = agent.get(origin);
  pool
    .intercept({ path: '/oauth/v2/token', method: 'POST' })
    .reply(200, ({ body }) => answer(new URLSearchParams(String(body)).get('refresh_token') ?? ''))
    .persist();
  pool
    .intercept({ path: /^\/crm\//, method: 'GET' })
    .reply(() => ({
      statusCode: probe.status,
      data: { org: [{ id: '1', zgid: probe.organizationId }] },
    }))
    .persist();
  return { zoho: { transport: dispatchedBy(agent), timeoutMs: 2_000 }, probe };
}
