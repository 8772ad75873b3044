import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { formatRoute, parseRoute, type Route } from '../model/route.ts';

/** Where the page stays, whatever the address says; null while it may go anywhere. */
let heldHash: string | null = null;

/** Stays at this view while something is under way whose outcome is not to be lost, such as by the gesture for back. */
export function useHeldView(isHeld: boolean): void {
  useLayoutEffect(() => {
    if (!isHeld) return;
    heldHash = location.hash;
    return () => {
      heldHash = null;
    };
  }, [isHeld]);
}

/** The view that the address names. */
export function useRoute(): Route {
  const [hash, setHash] = useState(() => location.hash);
  useEffect(() => {
    const update = () => {
      if (heldHash === null || location.hash === heldHash) return setHash(location.hash);
      // Takes the place of what the way back has left, so that the history is as it was.
      history.pushState(null, '', heldHash);
    };
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
