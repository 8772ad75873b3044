/** What the simulator answers to one request, before a fault slows, cuts or drops it on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const NO_STORE = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export function json(body: object, status = 200): Answer {
  return {
    status,
    headers: { ...NO_STORE, 'content-type': 'application/json;charset=UTF-8' },
    body: JSON.stringify(body),
  };
}

/** A page without scripts, frames or anything from elsewhere. */
export function html(body: string, status = 200): Answer {
  return {
    status,
    headers: {
      ...NO_STORE,
      'content-type': 'text/html;charset=UTF-8',
      // No form-action here: browsers apply it to the redirect that follows a form, and consent ends in one.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
    },
    body,
  };
}

/** Sends a browser elsewhere by GET, also after it posted a form. */
export function seeOther(location: string): Answer {
  return { status: 303, headers: { ...NO_STORE, location }, body: '' };
}
