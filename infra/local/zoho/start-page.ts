import { escapeHtml, page } from '../page.ts';
import type { SimulatorContext } from './context.ts';
import type { ActiveFault } from './faults.ts';
import type { MintEntry } from './journal.ts';
import type { RefreshToken } from './state.ts';
import { tokenReference } from './state.ts';

const LAST_MINTS = 15;
const MOST_TOKENS = 20;

const FAULT_BUTTONS = [
  ['Down', { kind: 'down' }],
  ['Down for 8 minutes', { kind: 'down', forMs: 480_000 }],
  ['Slow', { kind: 'slow' }],
  ['Throttle mints', { kind: 'throttle', routes: 'token' }],
  ['HTML', { kind: 'html' }],
  ['Garbage', { kind: 'garbage' }],
  ['Huge', { kind: 'huge' }],
  ['503', { kind: 'status', status: 503 }],
  ['Wrong data centre', { kind: 'wrongDataCenter', routes: 'token' }],
] as const;

/** What a person sees who opens the simulator's address. */
export function startPage(context: SimulatorContext): string {
  const { state, faults, journal, nowMs } = context;
  return page(
    'Zoho simulator',
    `<section><h1>Zoho simulator</h1>
<p>Plays Zoho's accounts server and the probes of its products on this machine. Nothing here reaches the real Zoho.
Scripts drive it under <code>/_control/</code>: see <code>/_control/state</code> and <code>/_control/journal</code>.</p>
<p class="soft">Virtual time ${escapeHtml(new Date(nowMs()).toISOString())}</p></section>
<section><h2>Faults</h2>${activeFaults(faults.list(nowMs()))}
<div class="row">${FAULT_BUTTONS.map(([label, fault]) => button('faults', fault, label)).join('')}</div></section>
<section><h2>Clients</h2>${list(state.document.clients.map(({ name, disabled }) => name + (disabled ? ' (disabled)' : '')))}</section>
<section><h2>Refresh tokens</h2>${refreshTokens(state.document.refreshTokens)}</section>
<section><h2>Last mints</h2>${mints(journal.entries.slice(-LAST_MINTS).reverse())}</section>`,
  );
}

function activeFaults(active: readonly ActiveFault[]): string {
  if (active.length === 0) return '<p class="soft">None: Zoho is well.</p>';
  const rows = active.map(({ id, fault, remaining, untilMs }) => {
    const { kind, ...rest } = fault;
    const details = Object.entries(rest)
      .filter(([name]) => name !== 'refreshToken')
      .map(([name, value]) => `${name} ${value}`);
    if (remaining !== null) details.push(`${remaining} left`);
    if (untilMs !== null) details.push(`until ${new Date(untilMs).toISOString()}`);
    return `<tr><td class="bad">${kind}</td><td>${escapeHtml(details.join(', '))}</td><td>${button('faults/clear', { id }, 'Switch off')}</td></tr>`;
  });
  return `${table(['kind', 'details', ''], rows)}<div class="row">${button('faults/clear', {}, 'All off')}</div>`;
}

function refreshTokens(tokens: readonly RefreshToken[]): string {
  if (tokens.length === 0) return '<p class="soft">None yet: nobody has consented.</p>';
  const rows = tokens.slice(-MOST_TOKENS).map(({ token, email, scopes, dataCenter }) => {
    const reference = tokenReference(token);
    return `<tr><td><code>${reference}</code></td><td>${escapeHtml(email)}</td><td>${dataCenter}</td>
<td class="wrap">${escapeHtml(scopes.join(' '))}</td><td>${button('actions/revoke', { refreshToken: reference }, 'Revoke')}</td></tr>`;
  });
  return table(['reference', 'user', 'data centre', 'scopes', ''], rows);
}

function mints(entries: readonly MintEntry[]): string {
  if (entries.length === 0) return '<p class="soft">None yet.</p>';
  const rows = entries.map(
    (
      entry,
    ) => `<tr><td>${new Date(entry.atMs).toISOString()}</td><td><code>${entry.refreshToken ?? ''}</code></td>
<td${entry.outcome === 'minted' ? '' : ' class="bad"'}>${entry.outcome} ${escapeHtml(entry.error ?? '')}</td>
<td>${entry.fault ?? ''}</td><td>${entry.concurrency}</td></tr>`,
  );
  return table(['at', 'refresh token', 'outcome', 'fault', 'in flight'], rows);
}

function list(names: readonly string[]): string {
  if (names.length === 0) return '<p class="soft">None yet.</p>';
  return `<ul>${names.map((name) => `<li>${escapeHtml(name)}</li>`).join('')}</ul>`;
}

function table(headings: readonly string[], rows: readonly string[]): string {
  const head = headings.map((heading) => `<th>${heading}</th>`).join('');
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function button(route: string, input: object, label: string): string {
  return `<form method="post" action="/_control/${route}"><input type="hidden" name="json" value="${escapeHtml(JSON.stringify(input))}"><button>${label}</button></form>`;
}
