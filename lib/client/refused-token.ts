/**
 * The codes by which Zoho's products say that they do not take a token; Books' 57 says a missing scope as well. Those of
 * lib/zoho/classify.ts.
 */
const REFUSALS: readonly unknown[] = [
  // CRM
  'INVALID_TOKEN',
  'AUTHENTICATION_FAILURE',
  // Books, Invoice, Inventory
  14,
  57,
  // Desk
  'INVALID_OAUTH',
  // Mail
  'INVALID_OAUTHTOKEN',
];

interface RefusalBody {
  readonly code?: unknown;
  readonly errorCode?: unknown;
  readonly data?: { readonly errorCode?: unknown } | null;
}

/** Whether Zoho refuses the token itself, as opposed to a scope. Leaves the answer's body to be read. */
export async function refusesToken(answer: Response): Promise<boolean> {
  if (answer.status !== 401) return false;
  const body = (await answer
    .clone()
    .json()
    .catch(() => null)) as RefusalBody | null;
  return [body?.code, body?.errorCode, body?.data?.errorCode].some((code) => REFUSALS.includes(code));
}
