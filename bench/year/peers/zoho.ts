import type { SimulatorContext } from '../../../infra/local/zoho/context.ts';
import { FaultList } from '../../../infra/local/zoho/faults.ts';
import { MintJournal } from '../../../infra/local/zoho/journal.ts';
import { settingsSchema } from '../../../infra/local/zoho/settings.ts';
import { type Grant, ZohoState } from '../../../infra/local/zoho/state.ts';
import {
  dropGrants,
  findLiveAccessToken,
  issueForGrantCode,
  issueGrantCode,
  mint,
} from '../../../infra/local/zoho/tokens.ts';
import type { How } from '../fault-model.ts';

const GRANT: Grant = {
  clientId: 'client',
  email: 'owner@company.example',
  organization: '1',
  scopes: [],
  dataCenter: 'us',
};

/** What became of a request for an access token. */
export type MintAnswer =
  | { readonly kind: 'minted'; readonly accessToken: string; readonly expiresAtMs: number }
  /** Zoho does not know the refresh token, or says so by mistake. */
  | { readonly kind: 'invalidCode' }
  /** A throttle, an outage, no answer. */
  | { readonly kind: 'failed' };

/** The simulator's Zoho with its own rules, called without HTTP: the players that are models have nothing to parse. */
export interface Zoho {
  /** Asked for, granted or not. */
  readonly mints: number;
  /** A person allows it; its refresh token. */
  consent(): string;
  mint(refreshToken: string, fault: How | null): MintAnswer;
  /** Every refresh token ends, with its access tokens. */
  end(): void;
  isLiving(refreshToken: string): boolean;
  isGood(accessToken: string): boolean;
}

export function openZoho(nowMs: () => number): Zoho {
  const context: SimulatorContext = {
    settings: settingsSchema.parse({}),
    state: new ZohoState(null),
    faults: new FaultList(),
    journal: new MintJournal(),
    origins: new Map(),
    nowMs,
  };
  const { state } = context;
  let mints = 0;
  return {
    get mints() {
      return mints;
    },
    consent() {
      const code = issueGrantCode(context, GRANT, { redirectUri: null, offline: true });
      const { refreshToken } = issueForGrantCode(context, code);
      if (refreshToken === null) throw new Error('An offline consent gave no refresh token.');
      return refreshToken;
    },
    mint(refreshToken, fault) {
      mints += 1;
      if (fault !== null) return { kind: fault === 'dead' ? 'invalidCode' : 'failed' };
      const known = state.findRefreshToken(refreshToken);
      if (!known) return { kind: 'invalidCode' };
      const result = mint(context, known);
      state.save(nowMs());
      if (result.kind === 'throttled') return { kind: 'failed' };
      const { token, expiresAtMs } = result.issued.accessToken;
      return { kind: 'minted', accessToken: token, expiresAtMs };
    },
    end: () => dropGrants(context, () => true),
    isLiving: (refreshToken) => state.findRefreshToken(refreshToken) !== undefined,
    isGood: (accessToken) => findLiveAccessToken(context, accessToken, 'us') !== null,
  };
}
