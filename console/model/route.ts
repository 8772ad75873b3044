import { OUTCOMES } from './audit-query.ts';
import { fieldTime } from './time.ts';

/** What an admin can ask to do in a connection's page, by a link of its own. */
export const DIALOGS = ['reauthorize', 'manual-update', 'refresh', 'health-check', 'restore'] as const;
export type DialogName = (typeof DIALOGS)[number];

/** What the audit is filtered by: the API's parameters as they stand in the address. */
export const AUDIT_FILTERS = ['connection', 'actor', 'outcome', 'from', 'to'] as const;
export type AuditFilterName = (typeof AUDIT_FILTERS)[number];
export type AuditSearch = Readonly<Partial<Record<AuditFilterName, string>>>;

export type Route =
  | { readonly view: 'overview' }
  | { readonly view: 'connection'; readonly connection: string; readonly dialog: DialogName | null }
  | { readonly view: 'audit'; readonly search: AuditSearch }
  | { readonly view: 'incidents'; readonly connection: string | null };

const CONNECTION = /^[a-z][a-z0-9-]{0,39}$/;
/** Longer than any value that is looked for; what comes by a link may be anything. */
const LONGEST_VALUE = 128;

/** The view that an address's hash names; the overview for whatever is none. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [view, connection = '', dialog, ...more] = path.split('/');
  const parameters = new URLSearchParams(query);
  switch (more.length === 0 ? view : null) {
    case 'connections':
      if (!CONNECTION.test(connection)) return { view: 'overview' };
      return { view: 'connection', connection, dialog: DIALOGS.find((name) => name === dialog) ?? null };
    case 'audit':
      return { view: 'audit', search: searchOf(parameters) };
    case 'incidents': {
      const wanted = parameters.get('connection') ?? '';
      return { view: 'incidents', connection: CONNECTION.test(wanted) ? wanted : null };
    }
    default:
      return { view: 'overview' };
  }
}

/** As the form's fields have it, so that what is in force is seen; what fits no field is left out. */
function searchOf(parameters: URLSearchParams): AuditSearch {
  const given = AUDIT_FILTERS.map((name) => [name, fieldValue(name, parameters.get(name) ?? '')] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== '' && value.length <= LONGEST_VALUE));
}

function fieldValue(name: AuditFilterName, value: string): string {
  switch (name) {
    case 'connection':
    case 'actor':
      return value;
    case 'outcome':
      return OUTCOMES.find((outcome) => outcome === value.toLowerCase()) ?? '';
    case 'from':
    case 'to':
      return fieldTime(value);
  }
}

/** The hash of a view, such as `#/connections/crm`. */
export function formatRoute(route: Route): string {
  switch (route.view) {
    case 'overview':
      return '#/';
    case 'connection':
      return `#/connections/${route.connection}${route.dialog === null ? '' : `/${route.dialog}`}`;
    case 'audit':
      return `#/audit${queryOf(route.search)}`;
    case 'incidents':
      return `#/incidents${queryOf(route.connection === null ? {} : { connection: route.connection })}`;
  }
}

function queryOf(parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(parameters).toString();
  return query === '' ? '' : `?${query}`;
}
