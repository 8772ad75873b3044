import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Mark } from '../components/icons.tsx';
import { Note } from '../components/note.tsx';
import type { SignedOutWhy } from '../session.ts';
import { useConsole } from '../state/console.ts';
import { useRoute } from '../state/route.ts';
import { useTitle } from '../state/title.ts';

/** One thing in the middle of the page. */
function Lone({ children }: { children: ComponentChildren }) {
  return (
    <main class="lone">
      <p class="brand">
        <Mark />
        Zoho access
      </p>
      {children}
    </main>
  );
}

/** Shown for a blink, so it says nothing before a moment is over. */
export function Starting() {
  useTitle('Signing in');
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), 600);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Lone>
      <p role="status" class="soft">
        {isSlow ? 'Signing in…' : '\u00a0'}
      </p>
    </Lone>
  );
}

const TITLES = {
  never: 'Sign in to the console',
  left: 'You are signed out',
  revoked: 'You are signed out',
  ended: 'Your session ended',
} as const satisfies Record<SignedOutWhy, string>;

export function SignedOut({ why, fault }: { why: SignedOutWhy; fault: string | null }) {
  const { session } = useConsole();
  const route = useRoute();
  useTitle(TITLES[why]);
  return (
    <Lone>
      <h1>{TITLES[why]}</h1>
      {fault !== null && (
        <Note tone="failure" title="The sign-in did not work" isAnnounced>
          <p>{fault}</p>
        </Note>
      )}
      <p>{wordsFor(why, route.view === 'connection' ? route.connection : null)}</p>
      <button type="button" class="primary wide" onClick={() => void session.signIn()}>
        {why === 'never' && fault === null ? 'Sign in' : 'Sign in again'}
      </button>
    </Lone>
  );
}

function wordsFor(why: SignedOutWhy, connection: string | null): string {
  if (why === 'revoked')
    return 'The tokens of this session are revoked. Zoho’s tokens are renewed as before.';
  if (why === 'left')
    return 'This page has forgotten the tokens of this session; the sign-in did not confirm that they are revoked. Zoho’s tokens are renewed as before.';
  const place = connection === null ? '' : ` You then come to the connection ${connection}.`;
  return why === 'ended'
    ? `Sign in again to go on where you were. The keeper works on by itself.${place}`
    : `How your company’s Zoho connections are doing, and how to get back in. For admins.${place}`;
}

export function NotAdmin({ email }: { email: string }) {
  const { session } = useConsole();
  useTitle('Not an admin');
  return (
    <Lone>
      <h1>This account is not an admin</h1>
      <p>
        You are signed in as <strong>{email}</strong>, which is not in the group <code>zoho-admins</code>. Ask
        an operator of the user pool to add it, and sign in again.
      </p>
      <button type="button" class="primary wide" onClick={() => void session.signOut()}>
        Sign out, to use another account
      </button>
    </Lone>
  );
}
