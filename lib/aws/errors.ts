const THROTTLES = new Set([
  'ThrottlingException',
  // SES calls it so.
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
]);

/** The name of an AWS error, such as `AccessDeniedException`: stable and without a value in it. */
export function awsErrorName(error: unknown): string {
  return error instanceof Error ? error.name : 'UnknownError';
}

/** Whether AWS could not answer (network, throttle, 5xx), as opposed to having answered no. */
export function isAwsTrouble(error: unknown): boolean {
  if (THROTTLES.has(awsErrorName(error))) return true;
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  return status === undefined || status >= 500;
}
