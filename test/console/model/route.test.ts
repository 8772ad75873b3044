import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../../console/model/audit-query.ts';
import {
  type AuditFilterName,
  DIALOGS,
  formatRoute,
  parseRoute,
  type Route,
} from '../../../console/model/route.ts';
import { fieldTime } from '../../../console/model/time.ts';

const connection = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
const text = fc.string({ minLength: 1, maxLength: 128 });
/** In winter, in which no hour of any zone comes twice. */
const minute = fc
  .integer({ min: 0, max: 20 * 1_440 })
  .map((minutes) => fieldTime(new Date(Date.parse('2026-01-05T00:00Z') + minutes * 60_000).toISOString()));
const search = fc.record(
  {
    connection: text,
    actor: text,
    outcome: fc.constantFrom(...OUTCOMES),
    from: minute,
    to: minute,
  } satisfies Record<AuditFilterName, unknown>,
  { requiredKeys: [] },
);
const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.record({ view: fc.constant('overview' as const) }),
  fc.record({
    view: fc.constant('connection' as const),
    connection,
    dialog: fc.option(fc.constantFrom(...DIALOGS)),
  }),
  fc.record({ view: fc.constant('audit' as const), search }),
  fc.record({ view: fc.constant('incidents' as const), connection: fc.option(connection) }),
);

describe('the views’ addresses', () => {
  it('name each view so that it is found again', () => {
    fc.assert(
      fc.property(routes, (route) => {
        expect(parseRoute(formatRoute(route))).toEqual(route);
      }),
    );
  });

  it.each([
    '',
    '#',
    '#/nowhere',
    '#/connections/',
    '#/connections/CRM',
    '#/connections/crm/reauthorize/more',
    '#/connections/../audit',
    '#//example.com',
    '#javascript:alert(1)',
  ])('lead to the overview when they name none: %s', (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'overview' });
  });

  it('open no dialog that is not known', () => {
    expect(parseRoute('#/connections/crm/erase')).toEqual({
      view: 'connection',
      connection: 'crm',
      dialog: null,
    });
  });

  it('name a search as the form’s fields have it, and nothing that no field shows', () => {
    const route = parseRoute('#/audit?outcome=Failed&from=2026-01-01T00:00:30.000Z&to=yesterday&actor=tick');
    const from = new Date('2026-01-01T00:00Z');
    expect(route).toEqual({
      view: 'audit',
      search: { outcome: 'failed', from: fieldTime(from.toISOString()), actor: 'tick' },
    });
    expect(new Date(fieldTime(from.toISOString()))).toEqual(from);
    expect(parseRoute('#/audit?outcome=lost&from=-005000-01-01')).toEqual({ view: 'audit', search: {} });
  });

  it('whatever they are, come to a view', () => {
    fc.assert(
      fc.property(fc.string(), (hash) => {
        const route = parseRoute(`#/${hash}`);
        expect(parseRoute(formatRoute(route))).toEqual(route);
      }),
    );
  });
});
