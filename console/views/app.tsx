import { useConsole } from '../state/console.ts';
import { useStore } from '../state/hooks.ts';
import { Shell } from './shell.tsx';
import { NotAdmin, SignedOut, Starting } from './sign-in.tsx';

/** The whole page: who is signed in decides what there is to see. */
export function App() {
  const { session } = useConsole();
  const state = useStore(session.state);
  switch (state.kind) {
    case 'starting':
      return <Starting />;
    case 'signedOut':
      return <SignedOut why={state.why} fault={state.fault} />;
    case 'notAdmin':
      return <NotAdmin email={state.email} />;
    case 'signedIn':
      return <Shell email={state.email} />;
  }
}
