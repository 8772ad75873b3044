import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDIT_FILTERS, DIALOGS, formatRoute, parseRoute, type Route } from '../../../console/model/route.ts';

const connection = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
const search = fc.dictionary(fc.constantFrom(...AUDIT_FILTERS), fc.string({ minLength: 1, maxLength: 128 }));
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

  it('whatever they are, come to a view', () => {
    fc.assert(
      fc.property(fc.string(), (hash) => {
        const route = parseRoute(`#/${hash}`);
        expect(parseRoute(formatRoute(route))).toEqual(route);
      }),
    );
  });
});
