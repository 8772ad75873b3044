import { escapeHtml, page } from '../page.ts';
import type { AuthorizationRequest } from './authorization.ts';
import type { ZohoOrganization, ZohoUser } from './state.ts';

const CARRIED = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'access_type',
  'prompt',
] as const;

/** The page on which a person plays a Zoho user who accepts or denies. */
export function consentPage(
  request: AuthorizationRequest,
  parameters: URLSearchParams,
  users: readonly ZohoUser[],
): string {
  const scopes = request.scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('');
  const keeps =
    request.accessType === 'offline' ? 'also while you are away' : 'once, without a refresh token';
  return page(
    `Allow ${request.client.name}?`,
    `<form method="post" action="/oauth/v2/auth"><section>
<p class="soft">Zoho simulator</p>
<h1>${escapeHtml(request.client.name)} asks for access</h1>
<p>It would like to use, ${keeps}:</p><ul>${scopes}</ul>
<h2>As which user?</h2>${accountChoices(users)}
${CARRIED.map((name) => hiddenField(name, parameters.get(name))).join('')}
<div class="row">
<button class="main" name="decision" value="accept"${users.length === 0 ? ' disabled' : ''}>Accept</button>
<button name="decision" value="deny">Deny</button></div>
<p class="soft">You will be sent to <code>${escapeHtml(new URL(request.redirectUri).origin)}</code>.</p>
</section></form>`,
    'narrow',
  );
}

function accountChoices(users: readonly ZohoUser[]): string {
  if (users.length === 0) {
    return '<p class="bad">No user is registered. Register one with POST /_control/users, then reload.</p>';
  }
  const accounts = users.flatMap((user) =>
    user.organizations.map((organization) => ({ user, organization })),
  );
  return accounts.map(accountChoice).join('');
}

function accountChoice(
  { user, organization }: { user: ZohoUser; organization: ZohoOrganization },
  index: number,
): string {
  const value = escapeHtml(`${user.email} ${organization.zgid}`);
  return `<label><input type="radio" name="account" value="${value}"${index === 0 ? ' checked' : ''}>
${escapeHtml(user.email)} <span class="soft">${escapeHtml(organization.name)}, ${user.dataCenter}</span></label>`;
}

function hiddenField(name: string, value: string | null): string {
  return value === null ? '' : `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
}
