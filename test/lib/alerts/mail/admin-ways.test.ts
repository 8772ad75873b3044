import { describe, expect, it } from 'vitest';
import { look, operate, takeUpRenewal } from '../../../../lib/alerts/mail/admin-ways.ts';

const api = { apiUrl: 'https://api.example.com/v1/' };
const CONSOLE = 'https://api.example.com/v1/console#';

describe('how an admin does something', () => {
  it.each([
    ['emergency-reauth', 'Re-authorise in the console', '/connections/crm/reauthorize'],
    ['refresh', 'Refresh in the console', '/connections/crm/refresh'],
    ['restore', 'Restore in the console', '/connections/crm/restore'],
    ['health-check', 'Check in the console', '/connections/crm/health-check'],
  ] as const)('%s: in the console, or in a shell', (operation, label, place) => {
    const { link, command } = operate(api, operation, { connection: 'crm', reason: 'why' });
    expect(link).toEqual({ label, url: `${CONSOLE}${place}` });
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
    expect(command).toContain(`/api/zoho/${view}`);
  });

  it('takes up a renewal where a consent is asked for', () => {
    const { link, command } = takeUpRenewal(api, 'crm');
    expect(link.url).toBe(`${CONSOLE}/connections/crm/reauthorize`);
    expect(command).toContain('/api/zoho/renewal?connection=crm');
  });
});
