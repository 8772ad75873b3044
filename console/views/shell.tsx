import { useEffect, useRef } from 'preact/hooks';
import { Boundary } from '../components/boundary.tsx';
import { Mark } from '../components/icons.tsx';
import { formatRoute, type Route } from '../model/route.ts';
import { useConsole } from '../state/console.ts';
import { useRoute } from '../state/route.ts';
import { AuditView } from './audit/audit.tsx';
import { ConnectionView } from './connection/connection.tsx';
import { Incidents } from './incidents.tsx';
import { Overview } from './overview.tsx';

const SECTIONS = [
  { name: 'Connections', views: ['overview', 'connection'], route: { view: 'overview' } },
  { name: 'Incidents', views: ['incidents'], route: { view: 'incidents', connection: null } },
  { name: 'Audit', views: ['audit'], route: { view: 'audit', search: {} } },
] as const satisfies readonly { name: string; views: readonly Route['view'][]; route: Route }[];

/** The frame of every view: where one is, where one can go, and the way out. */
export function Shell({ email }: { email: string }) {
  const { session } = useConsole();
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const place = placeOf(route);
  const shown = useRef(place);
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    window.scrollTo(0, 0);
    main.current?.focus();
  }, [place]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href={formatRoute({ view: 'overview' })}>
          <Mark />
          Zoho access
        </a>
        <nav aria-label="Sections">
          {SECTIONS.map((section) => (
            <a
              key={section.name}
              href={formatRoute(section.route)}
              aria-current={section.views.some((view) => view === route.view) ? 'page' : undefined}
            >
              {section.name}
            </a>
          ))}
        </nav>
        <div class="account">
          <span class="email" title={email}>
            {email}
          </span>
          <button type="button" class="plain" onClick={() => void session.signOut()}>
            Sign out
          </button>
        </div>
      </header>
      <main ref={main} tabIndex={-1}>
        <Boundary key={place}>
          <View route={route} />
        </Boundary>
      </main>
    </>
  );
}

/** What is another place, with the focus at its beginning: a dialog or a search is none. */
function placeOf(route: Route): string {
  return 'connection' in route ? `${route.view} ${route.connection}` : route.view;
}

function View({ route }: { route: Route }) {
  switch (route.view) {
    case 'overview':
      return <Overview />;
    case 'connection':
      return <ConnectionView connection={route.connection} dialog={route.dialog} />;
    case 'audit':
      return <AuditView search={route.search} />;
    case 'incidents':
      return <Incidents connection={route.connection} />;
  }
}
