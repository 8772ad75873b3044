import type { BrowserContext, ConsoleMessage, Request } from 'playwright-core';

/** Where a page may send requests to, and where a person may be led. */
export interface KnownOrigins {
  /** The API and the page itself. */
  readonly api: string;
  readonly signIn: string;
  /** By navigation only. */
  readonly zoho: string;
}

/** In every document, before its own scripts: what the policy forbids comes out as an error. */
const TELL_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
  console.error('security policy violation:', effectiveDirective, blockedURI, sample))`;

/** An answer that is no success is told to the console by the browser itself, whatever the page makes of it. */
const REFUSED_REQUEST =
  /^Failed to load resource: (the server responded with|net::ERR_INTERNET_DISCONNECTED)/;

/**
 * Watches whatever the pages of a browser's context do: what they throw, what their policy forbids, and whom they ask.
 *
 * @param tell hears each fault, in words
 */
export async function watchPages(
  context: BrowserContext,
  origins: KnownOrigins,
  tell: (fault: string) => void,
): Promise<void> {
  await context.addInitScript(TELL_VIOLATIONS);
  context.on('console', (message: ConsoleMessage) => {
    if (message.type() !== 'error' || REFUSED_REQUEST.test(message.text())) return;
    tell(`${pathOf(message.location().url)}: ${message.text()}`);
  });
  context.on('weberror', (fault) => tell(`uncaught: ${fault.error().stack ?? fault.error().message}`));
  context.on('request', (request) => {
    const fault = faultOf(request, origins);
    if (fault !== null) tell(fault);
  });
}

/** Why a request must not be; null where it may. */
function faultOf(request: Request, { api, signIn, zoho }: KnownOrigins): string | null {
  const { origin } = new URL(request.url());
  if (origin === api || origin === signIn) return null;
  if (origin === zoho && request.isNavigationRequest()) return null;
  return `a request to ${origin}: ${request.method()} ${request.resourceType()}`;
}

/** Without what may stand behind it. */
function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
