import * as z from 'zod/mini';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { callbackQuerySchema } from './callback-request.ts';
import type { RouteContract } from './contract.ts';
import { AUDIT } from './contracts/audit.ts';
import { AUDIT_VERIFICATION } from './contracts/audit-verification.ts';
import { BACKUPS } from './contracts/backups.ts';
import { EMERGENCY_REAUTH } from './contracts/emergency-reauth.ts';
import { HEALTH_CHECK, HEALTH_HISTORY } from './contracts/health-check.ts';
import { INCIDENTS } from './contracts/incidents.ts';
import { MANUAL_TOKEN_UPDATE } from './contracts/manual-token-update.ts';
import { OPENAPI } from './contracts/openapi.ts';
import { REFRESH } from './contracts/refresh.ts';
import { RENEWAL } from './contracts/renewal.ts';
import { RESTORE } from './contracts/restore.ts';
import { STATUS } from './contracts/status.ts';
import { PROBLEMS, type ProblemName, problemType } from './problem.ts';

const CONTRACTS: readonly RouteContract[] = [
  STATUS,
  AUDIT,
  AUDIT_VERIFICATION,
  INCIDENTS,
  BACKUPS,
  EMERGENCY_REAUTH,
  RENEWAL,
  MANUAL_TOKEN_UPDATE,
  RESTORE,
  REFRESH,
  HEALTH_CHECK,
  HEALTH_HISTORY,
  OPENAPI,
];

const problemSchema = z
  .object({
    type: z.string().check(z.meta({ description: 'Stable: decide by it.' })),
    title: z.string(),
    status: z.int(),
    detail: z.string().check(z.meta({ description: 'What happened, and what to do.' })),
    code: z.optional(z.string()).check(
      z.meta({
        description: 'The failure’s own code, as the status, the audit and the log have it.',
      }),
    ),
    errors: z
      .optional(z.array(z.object({ path: z.string(), message: z.string() })))
      .check(z.meta({ description: 'Which fields are wrong, and what is expected there.' })),
    requestId: z.string().check(z.meta({ description: 'By which the logs tell more.' })),
  })
  .check(z.meta({ id: 'Problem', description: 'RFC 9457' }));

/** Every route may answer these; all but the last two come from API Gateway. */
const EVERYWHERE = [
  'unauthenticated',
  'no-such-route',
  'throttled',
  'function-failed',
  'answer-overdue',
  'not-an-admin',
  'unavailable',
] as const;

/**
 * Made of the schemas that requests are checked by, so that it cannot disagree with them.
 *
 * @param basePath what stands before the routes' paths, such as a stage's `/prod`; empty for nothing
 */
export function openApiDocument(basePath: string) {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Zoho token recovery',
      version: '1',
      description: 'Status and recovery of the Zoho connections, for admins.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath || '/' }],
    security: [{ cognito: [] }],
    paths: byPath([...CONTRACTS.map(describeRoute), CALLBACK]),
    components: {
      securitySchemes: {
        cognito: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The ID token of a member of the user pool’s group zoho-admins.',
        },
      },
    },
  });
}

type Path = [string, ZodOpenApiPathsObject[string]];

/** One path may have a route for each method. */
function byPath(routes: readonly Path[]): ZodOpenApiPathsObject {
  const paths: Record<string, ZodOpenApiPathsObject[string]> = {};
  for (const [path, operations] of routes) paths[path] = { ...paths[path], ...operations };
  return paths;
}

function describeRoute(contract: RouteContract): Path {
  const { method, path, summary, description, query, body, success, problems } = contract;
  const operation: ZodOpenApiOperationObject = {
    summary,
    description,
    requestParams: { query },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      [`${success.status}`]: {
        description: success.description,
        ...(success.schema === null
          ? { headers: { Location: { schema: { type: 'string', format: 'uri' } } } }
          : { content: { 'application/json': { schema: success.schema } } }),
      },
      ...problemResponses([...EVERYWHERE, ...problems]),
    },
  };
  return [path, { [method.toLowerCase()]: operation }];
}

/** One response for each status, naming the problems that have it. */
function problemResponses(names: readonly ProblemName[]): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(new Set(names), (name) => PROBLEMS[name].status);
  const responses = [...byStatus].map(([status, problems]): [string, ZodOpenApiResponsesObject[`${1}XX`]] => [
    `${status}`,
    {
      description: problems.map((name) => `${PROBLEMS[name].title}: \`${problemType(name)}\``).join('\n\n'),
      content: { 'application/problem+json': { schema: problemSchema } },
      ...(problems.some(isWorthARetry) && { headers: RETRY_AFTER }),
    },
  ]);
  return Object.fromEntries(responses);
}

function isWorthARetry(name: ProblemName): boolean {
  return [409, 429, 503].includes(PROBLEMS[name].status);
}

const RETRY_AFTER = {
  'Retry-After': { description: 'In seconds, where it is known.', schema: { type: 'integer' } },
} as const;

/** The one route for a browser that nobody signed in. */
const CALLBACK: Path = [
  '/api/zoho/oauth/callback',
  {
    get: {
      summary: 'Where Zoho redirects to after a consent',
      description: 'Guarded by the single-use state of a link that an admin asked for, and by nothing else.',
      security: [],
      requestParams: { query: callbackQuerySchema },
      responses: {
        default: {
          description: 'A page that says what happened, and what to do now.',
          content: { 'text/html': { schema: z.string() } },
        },
      },
    },
  },
];
