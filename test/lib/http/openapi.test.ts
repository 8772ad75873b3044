import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../lib/http/openapi.ts';
import { PROBLEMS } from '../../../lib/http/problem.ts';

const document = JSON.parse(JSON.stringify(openApiDocument('/prod')));

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('says where the routes begin', () => {
    expect(document.servers).toEqual([{ url: '/prod' }]);
    expect(openApiDocument('').servers).toEqual([{ url: '/' }]);
  });

  it('names every route, and asks for a token on each but the callback', () => {
    const open = Object.entries(document.paths).map(([path, operations]) =>
      Object.entries(operations as object).map(([method, { security }]) => ({
        route: `${method} ${path}`,
        security,
      })),
    );
    expect(document.security).toEqual([{ cognito: [] }]);
    expect(open.flat()).toEqual([
      { route: 'get /api/zoho/status' },
      { route: 'get /api/zoho/audit' },
      { route: 'get /api/zoho/audit/verification' },
      { route: 'get /api/zoho/incidents' },
      { route: 'get /api/zoho/backups' },
      { route: 'post /api/zoho/emergency-reauth' },
      { route: 'get /api/zoho/renewal' },
      { route: 'post /api/zoho/manual-token-update' },
      { route: 'post /api/zoho/restore' },
      { route: 'post /api/zoho/refresh' },
      { route: 'post /api/zoho/health-check' },
      { route: 'get /api/zoho/health-check' },
      { route: 'get /api/zoho/openapi.json' },
      { route: 'get /api/zoho/oauth/callback', security: [] },
    ]);
  });

  it('shows what the schemas check', () => {
    const { schema } =
      document.paths['/api/zoho/manual-token-update'].post.requestBody.content['application/json'];
    expect(schema).toMatchObject({
      required: ['connection', 'reason'],
      oneOf: [{ required: ['refreshToken'] }, { required: ['grantCode'] }],
      additionalProperties: false,
      properties: {
        connection: { pattern: '^[a-z][a-z0-9-]{0,39}$' },
        reason: { minLength: 3, maxLength: 500 },
      },
    });
    const { parameters } = document.paths['/api/zoho/status'].get;
    expect(parameters).toMatchObject([
      { name: 'connection', in: 'query', schema: { type: 'string' } },
      { name: 'probe', in: 'query', schema: { enum: ['true', 'false'] } },
    ]);
  });

  it('tells of every problem that there is', () => {
    const text = JSON.stringify(document);
    const untold = Object.keys(PROBLEMS).filter((name) => !text.includes(`problem:${name}\``));
    expect(untold).toEqual([]);
  });
});
