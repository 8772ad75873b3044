import './style/base.css';
import './style/page.css';
import './style/parts.css';
import './style/strip.css';
import './style/forms.css';
import { render } from 'preact';
import { createApi } from './api/client.ts';
import { ServerClock } from './api/server-clock.ts';
import { Boundary } from './components/boundary.tsx';
import { createSession } from './session.ts';
import { readSettings } from './settings.ts';
import { type Console, ConsoleContext, type Reach } from './state/console.ts';
import { createStore } from './state/store.ts';
import { createTrails } from './state/trails.ts';
import { App } from './views/app.tsx';

const clock = new ServerClock(Date.now);
const session = createSession(readSettings(document), window);
const reach = createStore<Reach>(navigator.onLine ? 'reachable' : 'offline');
const api = createApi({
  baseUrl: new URL('.', location.href),
  fetch: window.fetch.bind(window),
  clock,
  session,
  onReach: (isReachable) =>
    // An answer that was on its way says nothing once the browser is offline.
    reach.set(navigator.onLine ? (isReachable ? 'reachable' : 'unreachable') : 'offline'),
});
const seconds = createStore(clock.nowMs());
const console: Console = { api, clock, session, reach, trails: createTrails(api, clock), seconds };

const tick = () => {
  if (!document.hidden) seconds.set(clock.nowMs());
};
setInterval(tick, 1_000);
document.addEventListener('visibilitychange', tick);
window.addEventListener('offline', () => reach.set('offline'));
window.addEventListener('online', () => reach.set('reachable'));

const root = document.getElementById('app') ?? document.body;
root.replaceChildren();
render(
  <Boundary>
    <ConsoleContext.Provider value={console}>
      <App />
    </ConsoleContext.Provider>
  </Boundary>,
  root,
);
void session.start();
