import {
  type Bucket,
  type DefaultRetention,
  lockModeSchema,
  type Retention,
  type Version,
} from './bucket.ts';
import type { S3Request } from './request.ts';
import { invalidArgument, invalidRequest, S3Error } from './s3-error.ts';

const DAY_MS = 86_400_000;
const DAYS_PER_YEAR = 365;
const MODE_HEADER = 'x-amz-object-lock-mode';
const UNTIL_HEADER = 'x-amz-object-lock-retain-until-date';
export const BYPASS_HEADER = 'x-amz-bypass-governance-retention';
export const RETENTION_HEADERS = [MODE_HEADER, UNTIL_HEADER];

/**
 * The retention of an object that is put: what the request asks for, or else the bucket's own.
 *
 * @throws {S3Error} InvalidRequest, InvalidArgument
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function retentionOfPut(settings: Bucket, request: S3Request, nowMs: number): Retention | null {
  const mode = request.headers[MODE_HEADER];
  const until = request.headers[UNTIL_HEADER];
  const isAsked = mode !== undefined || until !== undefined;
  if (isAsked) requireObjectLock(settings);
  const rule = settings.objectLock?.rule;
  const retention = isAsked ? parseRetention({ mode, until }, nowMs) : rule && defaultRetention(rule, nowMs);
  if (retention && !request.isChecksummed) {
    throw invalidRequest(
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  }
  return retention ?? null;
}

/** @throws {S3Error} InvalidArgument, also for a time that has passed */
export function parseRetention(
  { mode, until }: { mode: string | undefined; until: string | undefined },
  nowMs: number,
): Retention {
  if (mode === undefined || until === undefined) {
    throw invalidArgument(`${UNTIL_HEADER} and ${MODE_HEADER} must both be supplied`);
  }
  const knownMode = lockModeSchema.safeParse(mode);
  if (!knownMode.success) throw invalidArgument('Unknown wormMode directive.');
  const untilMs = Date.parse(until);
  if (Number.isNaN(untilMs))
    throw invalidArgument('The retain until date must be provided in ISO 8601 format');
  if (untilMs <= nowMs) throw invalidArgument('The retain until date must be in the future!');
  return { mode: knownMode.data, untilMs };
}

function defaultRetention(rule: DefaultRetention, nowMs: number): Retention {
  const days = 'Days' in rule ? rule.Days : rule.Years * DAYS_PER_YEAR;
  return { mode: rule.Mode, untilMs: nowMs + days * DAY_MS };
}

/** @throws {S3Error} InvalidRequest */
export function requireObjectLock({ objectLock }: Bucket): void {
  if (!objectLock) throw invalidRequest('Bucket is missing Object Lock Configuration');
}

/**
 * Whether a version must stay, for a request as it is.
 *
 * @throws {S3Error} AccessDenied
 */
export function refuseProtected({ retention }: Version, request: S3Request, nowMs: number): void {
  if (!retention || retention.untilMs <= nowMs) return;
  if (retention.mode === 'GOVERNANCE' && request.headers[BYPASS_HEADER] === 'true') return;
  throw new S3Error(403, 'AccessDenied', 'Access Denied because object protected by object lock.');
}

/** The same protection for longer needs no permission; any other change is as good as a removal. */
export function isExtension(former: Retention | null, next: Retention | null): boolean {
  if (!former) return true;
  return next !== null && next.mode === former.mode && next.untilMs >= former.untilMs;
}

/** What a retention looks like in an answer's header. */
export function retentionHeaders(retention: Retention | null): Record<string, string> {
  if (!retention) return {};
  return { [MODE_HEADER]: retention.mode, [UNTIL_HEADER]: new Date(retention.untilMs).toISOString() };
}
