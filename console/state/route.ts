import { useEffect, useState } from 'preact/hooks';
import { formatRoute, parseRoute, type Route } from '../model/route.ts';

/** The view that the address names. */
export function useRoute(): Route {
  const [hash, setHash] = useState(() => location.hash);
  useEffect(() => {
    const update = () => setHash(location.hash);
    window.addEventListener('hashchange', update);
    return () => window.removeEventListener('hashchange', update);
  }, []);
  return parseRoute(hash);
}

/** Goes to a view; the way back is the browser's own. */
export function goTo(route: Route): void {
  location.hash = formatRoute(route);
}

/** Goes to a view in the place of this one, which the way back then leaves out. */
export function replaceWith(route: Route): void {
  history.replaceState(null, '', formatRoute(route));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}
