import * as z from 'zod/mini';
import type { ProbeChoice } from '../config/configuration.ts';
import type { DataCenter } from '../domain/data-center.ts';
import { KeeperError } from '../domain/errors.ts';
import { readAnswer } from './answer.ts';
import { classifyProbeError, tellableCode } from './classify.ts';
import { getWithToken, type ZohoHttp, type ZohoResponse } from './http.ts';
import { trustedApiDomain } from './trust.ts';

/**
 * - `accepted`: Zoho's API took the token and named the organisation, as far as the probe can name one
 * - `rejected`: it did not; `ambiguous` is a dead token or a missing scope, which Books does not tell apart
 * - `throttled`, `transient`: says nothing about the token
 *
 * `code` is the product's own; `reason` is for people. Neither ever contains a secret.
 */
export type ProbeOutcome =
  | { readonly kind: 'accepted'; readonly organizationId: string | null }
  | {
      readonly kind: 'rejected';
      readonly reason: 'invalidToken' | 'scopeMismatch' | 'noPermission' | 'ambiguous';
      readonly code: string;
    }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'transient'; readonly reason: string };

export interface ProbeRequest {
  readonly probe: ProbeChoice;
  readonly dataCenter: DataCenter;
  /** Where CRM, Books, Invoice and Inventory answer for this organisation. */
  readonly apiDomain: string;
  readonly accessToken: string;
}

/** The access token was about to be sent to a host that is neither Zoho's nor the connection's own. */
export class ApiDomainUntrustedError extends KeeperError {
  readonly code = 'API_DOMAIN_UNTRUSTED';
}

/**
 * Proves an access token: one cheap authenticated call. A mint can succeed where this fails, because minting ignores
 * scope.
 *
 * @throws {ApiDomainUntrustedError} before anything is sent
 */
export async function probeAccessToken(http: ZohoHttp, request: ProbeRequest): Promise<ProbeOutcome> {
  return interpretProbe(await sendProbe(http, request), request.probe);
}

/** The request of {@link probeAccessToken}; throws as it does. */
export async function sendProbe(http: ZohoHttp, request: ProbeRequest): Promise<ZohoResponse> {
  return getWithToken(http, probeUrl(request), request.accessToken);
}

function probeUrl({ probe, dataCenter, apiDomain }: ProbeRequest): string {
  if (typeof probe === 'object') return probe.url;
  const apis = trustedApiDomain(apiDomain, dataCenter);
  if (apis === null) {
    throw new ApiDomainUntrustedError(
      "The API domain is neither Zoho's nor the connection's own, so no access token was sent there. Correct apiDomain in the stored credential.",
    );
  }
  switch (probe) {
    case 'crm':
      return `${apis}/crm/v8/org`;
    case 'books':
    case 'invoice':
    case 'inventory':
      return `${apis}/${probe}/v3/organizations`;
    case 'desk':
      return `${dataCenter.deskDomain}/api/v1/organizations`;
    case 'mail':
      return `${dataCenter.mailDomain}/api/accounts`;
  }
}

/**
 * What the answer to {@link sendProbe} means. Pure.
 *
 * A refusal is read from the body, whatever the status; an acceptance takes both.
 *
 * A product must name an organisation, or nothing is proven. A custom probe need not: any JSON will do, and so will 204,
 * which Zoho's APIs answer when the token was taken and there is nothing to list.
 */
export function interpretProbe(response: ZohoResponse, probe: ProbeChoice): ProbeOutcome {
  const answer = readAnswer(response);
  if (answer.kind === 'unusable') {
    if (answer.status === 429) return { kind: 'throttled' };
    if (answer.status === 204 && typeof probe === 'object') return { kind: 'accepted', organizationId: null };
    return { kind: 'transient', reason: answer.reason };
  }
  const { status, json } = answer;
  const code = errorCodeOf(json);
  const errorClass = classifyProbeError(code);
  if (errorClass === 'throttled' || status === 429) return { kind: 'throttled' };
  if (errorClass !== 'transient') return { kind: 'rejected', reason: errorClass, code };
  if (status < 200 || status > 299) return { kind: 'transient', reason: `HTTP ${status}, code ${code}` };
  if (typeof probe === 'object') return { kind: 'accepted', organizationId: null };
  const organizationId = ORGANIZATION_ID[probe].safeParse(json).data;
  return organizationId === undefined
    ? { kind: 'transient', reason: `HTTP ${status}, no organisation in the answer (code ${code})` }
    : { kind: 'accepted', organizationId };
}

const errorSchema = z.object({ code: z.optional(z.unknown()), errorCode: z.optional(z.unknown()) });
const nestedErrorSchema = z.object({ data: errorSchema });

/** `code` in CRM and Books, `errorCode` in Desk, `data.errorCode` in Mail; Mail was also seen to wrap it in an array. */
function errorCodeOf(json: unknown): string {
  const body = Array.isArray(json) ? json.find((item) => typeof item === 'object') : json;
  const own = errorSchema.safeParse(body).data;
  const nested = nestedErrorSchema.safeParse(body).data?.data;
  return tellableCode(own?.errorCode ?? nested?.errorCode ?? own?.code);
}

/** Digits only: an id ends up in logs, and nothing else that a body may hold should. */
const idSchema = z.union([
  z.string().check(z.regex(/^\d{1,24}$/)),
  z.pipe(z.int().check(z.nonnegative()), z.transform(String)),
]);

/** The default organisation, else the first. @see https://www.zoho.com/books/api/v3/organizations/ */
const financeSchema = z.pipe(
  z.object({
    code: z.literal(0),
    organizations: z.array(
      z.object({ organization_id: idSchema, is_default_org: z.catch(z.boolean(), false) }),
    ),
  }),
  z.transform(({ organizations }) => {
    const chosen = organizations.find(({ is_default_org }) => is_default_org) ?? organizations[0];
    return chosen?.organization_id;
  }),
);

/** Where each product's probe names the organisation. */
const ORGANIZATION_ID = {
  /** @see https://www.zoho.com/crm/developer/docs/api/v8/get-org-data.html */
  crm: z.pipe(
    z.object({ org: listStartingWith(z.object({ zgid: idSchema })) }),
    z.transform(({ org }) => org[0].zgid),
  ),
  books: financeSchema,
  invoice: financeSchema,
  inventory: financeSchema,
  /** @see https://desk.zoho.com/DeskAPIDocument#Organizations */
  desk: z.pipe(
    z.object({ data: listStartingWith(z.object({ id: idSchema })) }),
    z.transform(({ data }) => data[0].id),
  ),
  /** A personal account has no organisation and stands for itself. @see https://www.zoho.com/mail/help/api/get-all-users-accounts.html */
  mail: z.pipe(
    z.object({
      data: listStartingWith(
        z.object({
          accountId: idSchema,
          policyId: z.catch(z.nullable(z.object({ zoid: idSchema })), null),
        }),
      ),
    }),
    z.transform(({ data }) => data[0].policyId?.zoid ?? data[0].accountId),
  ),
} as const;

/** A list whose first entry is the one that counts. */
function listStartingWith<T extends z.ZodMiniType>(first: T) {
  return z.tuple([first], z.unknown());
}
