import * as z from 'zod/mini';
import { originSchema } from '../../config/origin.ts';
import { defineContract } from '../contract.ts';
import {
  auditRecordedAnswer,
  connectionField,
  flagField,
  organizationIdField,
  reasonField,
  timeOrNeverAnswer,
  tokenField,
} from './fields.ts';
import { MINTING_PROBLEMS, OPERATION_PROBLEMS } from './operation-problems.ts';

const body = z
  .strictObject({
    connection: connectionField,
    reason: reasonField,
    refreshToken: z
      .optional(tokenField)
      .check(z.meta({ description: 'A refresh token of the connection’s client.' })),
    grantCode: z
      .optional(tokenField)
      .check(z.meta({ description: 'A grant code from Zoho’s Self Client, for the connection’s client.' })),
    expectedOrganizationId: z.optional(organizationIdField),
    accountsServer: z.optional(originSchema).check(
      z.meta({
        description:
          'Where the token or code was issued; needed only for another data centre than the connection’s own.',
        example: 'https://accounts.zoho.eu',
      }),
    ),
  })
  .check(
    ({ value, issues }) => {
      const { reason, refreshToken, grantCode } = value;
      if ((refreshToken === undefined) === (grantCode === undefined)) {
        issues.push({
          code: 'custom',
          path: ['refreshToken'],
          message: 'expected exactly one of refreshToken and grantCode',
          input: null,
        });
      }
      const token = refreshToken ?? grantCode;
      if (token !== undefined && token.length >= 8 && reason.includes(token)) {
        issues.push({
          code: 'custom',
          path: ['reason'],
          message: 'expected no token here: the reason is kept in the audit',
          input: null,
        });
      }
    },
    z.meta({
      override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
        jsonSchema.oneOf = [{ required: ['refreshToken'] }, { required: ['grantCode'] }];
      },
    }),
  );

export const MANUAL_TOKEN_UPDATE = defineContract({
  method: 'POST',
  path: '/api/zoho/manual-token-update',
  summary: 'Replace the credential by hand',
  description:
    'Takes a refresh token, or a grant code of a Self Client. It is proven at Zoho before it is saved; whatever is refused leaves the running credential as it is. The token that is running already changes nothing.',
  query: z.strictObject({
    dryRun: z
      .optional(flagField)
      .check(z.meta({ description: 'Only prove it. A grant code works once, so it is not proven then.' })),
  }),
  body,
  success: {
    status: 200,
    description: 'What came of it. Never the token.',
    schema: z.object({
      connection: z.string(),
      result: z.enum(['replaced', 'unchanged', 'unfinished', 'proven', 'notProven']).check(
        z.meta({
          description:
            'unchanged: it is the one that is running. unfinished: kept safely, and the next sweep goes on with it. proven, notProven: of a dry run.',
        }),
      ),
      message: z.string(),
      generation: z.nullable(z.int()).check(z.meta({ description: 'Null when nothing was saved.' })),
      organizationId: z.nullable(z.string()),
      accessTokenExpiresAt: timeOrNeverAnswer,
      auditRecorded: auditRecordedAnswer,
    }),
  },
  problems: [
    ...OPERATION_PROBLEMS,
    ...MINTING_PROBLEMS,
    'credential-changed',
    'token-refused',
    'no-refresh-token',
    'scope-missing',
    'organization-mismatch',
    'accounts-server-untrusted',
  ],
});
