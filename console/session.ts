import {
  ErrorResponse,
  InMemoryWebStorage,
  type User,
  UserManager,
  WebStorageStateStore,
} from 'oidc-client-ts';
import type { Renewal } from './api/client.ts';
import { formatRoute, parseRoute } from './model/route.ts';
import type { Settings } from './settings.ts';
import { createStore, type Store } from './state/store.ts';

/** `revoked`: left, and the sign-in has said that the tokens are revoked; `left`: it has not. */
export type SignedOutWhy = 'never' | 'left' | 'revoked' | 'ended';

/** Who is signed in, and if nobody is, why. */
export type SessionState =
  /** The page is finding out, or on its way to the sign-in. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'signedOut'; readonly why: SignedOutWhy; readonly fault: string | null }
  | { readonly kind: 'signedIn'; readonly email: string }
  /** The account may not use the API. */
  | { readonly kind: 'notAdmin'; readonly email: string };

export interface Session {
  readonly state: Store<SessionState>;
  /** Takes a sign-in up that the provider sent back, or begins one if this tab was signed in before. */
  start(): Promise<void>;
  /** Goes to the sign-in; the view that is open comes back after it. */
  signIn(): Promise<void>;
  /** Ends the tokens here and at the provider, and goes to its sign-out. */
  signOut(): Promise<void>;
  /** For the API; null while nobody is signed in. */
  idToken(): string | null;
  /** Gets new tokens without a person; requests at the same time share one. */
  renew(): Promise<Renewal>;
  /** The API no longer takes the tokens. */
  end(): void;
  /** The API says that the account is no admin's. */
  turnAway(): void;
}

/** What this tab remembers over a reload: never a token, only that somebody was signed in, or has signed out. */
const REMEMBERED = 'console.session';
/** The view that is open when a sign-in begins: one that fails comes back to it. */
const REMEMBERED_VIEW = 'console.view';

/**
 * The admin's session: authorization code with PKCE. Tokens are in memory only, and gone with the page.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-userpools-server-contract-reference.html
 */
export function createSession(settings: Settings, window: Window): Session {
  const { location, history, sessionStorage } = window;
  const page = location.origin + location.pathname;
  const manager = createManager(settings, page, sessionStorage);
  const state = createStore<SessionState>({ kind: 'starting' });
  let user: User | null = null;
  let renewal: Promise<Renewal> | null = null;

  const take = (signedIn: User) => {
    user = signedIn;
    sessionStorage.setItem(REMEMBERED, 'in');
    if (state.get().kind !== 'notAdmin') state.set({ kind: 'signedIn', email: emailOf(signedIn) });
  };
  // The first one is taken when its view stands in the address again.
  manager.events.addUserLoaded((renewed) => {
    if (user !== null) take(renewed);
  });

  const leave = (why: SignedOutWhy, fault: string | null = null) => {
    user = null;
    state.set({ kind: 'signedOut', why, fault });
  };

  const signIn = async () => {
    state.set({ kind: 'starting' });
    // Forgotten until it has worked: a sign-in that fails is not begun again by itself.
    sessionStorage.removeItem(REMEMBERED);
    const view = formatRoute(parseRoute(location.hash));
    sessionStorage.setItem(REMEMBERED_VIEW, view);
    try {
      await manager.signinRedirect({ state: view });
    } catch (fault) {
      leave('never', faultWords(fault));
    }
  };

  const takeUpSignIn = async () => {
    const { href } = location;
    const begun = sessionStorage.getItem(REMEMBERED_VIEW);
    sessionStorage.removeItem(REMEMBERED_VIEW);
    history.replaceState(null, '', page + (begun === null ? '' : formatRoute(parseRoute(begun))));
    try {
      const signedIn = await manager.signinCallback(href);
      if (!signedIn) return leave('never');
      const view = typeof signedIn.state === 'string' ? signedIn.state : '';
      history.replaceState(null, '', page + formatRoute(parseRoute(view)));
      take(signedIn);
    } catch (fault) {
      leave('never', faultWords(fault));
    }
  };

  return {
    state,
    signIn,
    start: async () => {
      const query = new URLSearchParams(location.search);
      if (query.has('state') && (query.has('code') || query.has('error'))) return takeUpSignIn();
      const remembered = sessionStorage.getItem(REMEMBERED);
      if (remembered === 'in') return signIn();
      sessionStorage.removeItem(REMEMBERED);
      leave(remembered === 'left' || remembered === 'revoked' ? remembered : 'never');
    },
    signOut: async () => {
      const hasRefreshToken = user?.refresh_token !== undefined;
      // Before the revocation, which loads the user once more: nobody is signed in by that.
      user = null;
      state.set({ kind: 'starting' });
      const isRevoked = await manager.revokeTokens(['refresh_token']).then(
        () => hasRefreshToken,
        () => false,
      );
      await manager.removeUser();
      await manager.clearStaleState();
      sessionStorage.setItem(REMEMBERED, isRevoked ? 'revoked' : 'left');
      const query = new URLSearchParams({ client_id: settings.clientId, logout_uri: page });
      location.assign(`${settings.signInOrigin}/logout?${query}`);
    },
    idToken: () => user?.id_token ?? null,
    renew: () => {
      if (user?.refresh_token === undefined) return Promise.resolve('refused');
      renewal ??= manager
        .signinSilent()
        .then(renewalOf, (fault) => (fault instanceof ErrorResponse ? 'refused' : 'unreachable'))
        .finally(() => {
          renewal = null;
        });
      return renewal;
    },
    end: () => {
      if (user === null) return;
      sessionStorage.removeItem(REMEMBERED);
      leave('ended');
    },
    turnAway: () => {
      if (user !== null) state.set({ kind: 'notAdmin', email: emailOf(user) });
    },
  };
}

function renewalOf(renewed: User | null): Renewal {
  return renewed === null ? 'refused' : 'renewed';
}

function createManager(
  { issuer, signInOrigin, clientId }: Settings,
  page: string,
  sessionStorage: Storage,
): UserManager {
  return new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: page,
    scope: 'openid email',
    response_type: 'code',
    metadata: {
      issuer,
      authorization_endpoint: `${signInOrigin}/oauth2/authorize`,
      token_endpoint: `${signInOrigin}/oauth2/token`,
      revocation_endpoint: `${signInOrigin}/oauth2/revoke`,
    },
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    // The verifier and the state of one sign-in, which is over with the redirect back.
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: true,
    monitorSession: false,
    requestTimeoutInSeconds: 15,
  });
}

function emailOf(user: User | null): string {
  return user?.profile.email ?? user?.profile.sub ?? 'this account';
}

/** What came of a sign-in that did not work, and what to do. Says nothing of what was exchanged. */
function faultWords(fault: unknown): string {
  if (fault instanceof ErrorResponse)
    return fault.error === 'access_denied'
      ? 'The sign-in was declined. Sign in again, with an account that may use this console.'
      : `The sign-in page refused: ${fault.error}. Try again; if it lasts, an operator has to look at the user pool’s app client.`;
  const message = fault instanceof Error ? fault.message : '';
  if (/no matching state/i.test(message))
    return 'This sign-in was begun in another tab, or too long ago. Sign in again here.';
  return 'The sign-in page could not be reached, or did not answer as it should. Check the connection, and try again.';
}
