import type { ProbeOutcome } from '../../zoho/probes.ts';
import { type Assessment, count, fail, ok, warn } from './assessment.ts';

const MINUTE_MS = 60_000;
/** A refresh begins when ten minutes are left, and its first attempts are over by then. */
const ENOUGH_MINUTES = 8;

export const PROBE_LIMIT = 'accepted by Zoho, for the pinned organisation';
export const MINUTES_LEFT_LIMIT = `at least ${ENOUGH_MINUTES} minutes`;

const REFRESH = 'POST /api/zoho/refresh mints one now, and says what is in the way if it cannot.';

/**
 * What Zoho says of the token that consumers find.
 *
 * @param outcome null when nothing is published
 * @param pinned the organisation that it has to belong to; null accepts any
 */
export function assessProbe(outcome: ProbeOutcome | null, pinned: string | null): Assessment {
  if (outcome === null) return fail('no token', 'Consumers find no access token.', REFRESH);
  switch (outcome.kind) {
    case 'accepted':
      return assessOrganization(outcome.organizationId, pinned);
    case 'rejected':
      return outcome.reason === 'invalidToken' || outcome.reason === 'ambiguous'
        ? fail(
            outcome.code,
            `Zoho's API refuses the token that consumers find: ${outcome.code}.`,
            `${REFRESH} If the new one is refused too, consent anew: by Re-authorise in the console, or POST /api/zoho/emergency-reauth.`,
          )
        : fail(
            outcome.code,
            `The token may not make the probe's call: ${outcome.code}.`,
            "Give the connection the probe's scope, see to it that the Zoho user may make the call, and authorise again, in the console or by POST /api/zoho/emergency-reauth.",
          );
    case 'throttled':
      return warn(
        'throttled',
        "Zoho's API is throttling, which says nothing of the token.",
        'Nothing to do: it passes. If it returns, look for a program that calls too often.',
      );
    case 'transient':
      return warn(
        'no answer',
        `Zoho's API gave no usable answer: ${outcome.reason}.`,
        'Nothing to do: it passes. If it lasts, look at https://status.zoho.com.',
      );
  }
}

function assessOrganization(organizationId: string | null, pinned: string | null): Assessment {
  if (organizationId === null) return ok('accepted', 'Zoho accepts it. The probe names no organisation.');
  const value = `accepted, organisation ${organizationId}`;
  if (pinned === null || organizationId === pinned) return ok(value, 'Zoho accepts it.');
  return fail(
    value,
    `The token is of organisation ${organizationId}, and the connection is pinned to ${pinned}.`,
    'Authorise again as a user of the right organisation, in the console or by POST /api/zoho/emergency-reauth. With expectedOrganizationId that changes the organisation.',
  );
}

/** @param expiresAtMs until when the published token says that it is valid; null when nothing is published */
export function assessMinutesLeft(expiresAtMs: number | null, nowMs: number): Assessment {
  if (expiresAtMs === null) return fail('no token', 'Consumers find no access token.', REFRESH);
  const minutes = Math.floor((expiresAtMs - nowMs) / MINUTE_MS);
  const value = count(minutes, 'minute');
  if (expiresAtMs <= nowMs) return fail(value, 'The published access token has expired.', REFRESH);
  return minutes < ENOUGH_MINUTES
    ? warn(value, 'The published access token runs out soon, and no new one has come.', REFRESH)
    : ok(value, 'Consumers hold a token for long enough.');
}
