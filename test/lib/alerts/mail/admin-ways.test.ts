import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute } from '../../../../console/model/route.ts';
import { look, operate, takeUpRenewal } from '../../../../lib/alerts/mail/admin-ways.ts';

const api = { apiUrl: 'https://api.example.com/v1/' };
const CONSOLE = 'https://api.example.com/v1/console#';

/** The console knows the view that a link leads to, with all that it says. */
function expectKnown(url: string): void {
  const { hash } = new URL(url);
  expect(formatRoute(parseRoute(hash))).toBe(hash);
}

describe('how an admin does something', () => {
  it.each([
    ['emergency-reauth', 'Re-authorise in the console', '/connections/crm/reauthorize'],
    ['refresh', 'Refresh in the console', '/connections/crm/refresh'],
    ['restore', 'Restore in the console', '/connections/crm/restore'],
    ['health-check', 'Check in the console', '/connections/crm/health-check'],
  ] as const)('%s: in the console, or in a shell', (operation, label, place) => {
    const { link, command } = operate(api, operation, { connection: 'crm', reason: 'why' });
    expect(link).toEqual({ label, url: `${CONSOLE}${place}` });
    expectKnown(link.url);
    expect(command).toContain(`/api/zoho/${operation}'`);
    expect(command).toContain('"reason":"why"');
  });

  it.each([
    ['status', {}, '/'],
    ['status', { connection: 'crm' }, '/connections/crm'],
    ['backups', { connection: 'crm' }, '/connections/crm'],
    ['incidents', { connection: 'crm' }, '/incidents?connection=crm'],
    ['audit', { connection: 'crm', limit: '50' }, '/audit?connection=crm'],
    ['audit', { actor: 'a&b', limit: '100' }, '/audit?actor=a%26b'],
  ] as const)('looks at %s %o', (view, query, place) => {
    const { link, command } = look(api, view, query);
    expect(link).toEqual({ label: 'See it in the console', url: `${CONSOLE}${place}` });
    expectKnown(link.url);
    expect(command).toContain(`/api/zoho/${view}`);
  });

  it('takes up a renewal where a consent is asked for', () => {
    const { link, command } = takeUpRenewal(api, 'crm');
    expect(link.url).toBe(`${CONSOLE}/connections/crm/reauthorize`);
    expect(command).toContain('/api/zoho/renewal?connection=crm');
  });
});
