import type { Service } from '../fault-model.ts';
import type { MintAnswer } from './zoho.ts';

/** What a player that is a model can do. */
export interface Surroundings {
  readonly nowMs: () => number;
  isUp(service: Service): boolean;
  /** Whether the place where consumers read, and the player writes, works: the same for all of them. */
  isStoreUp(): boolean;
  mint(refreshToken: string): MintAnswer;
  /** Whether the process dies in this run, before or after it has asked Zoho; asked once a run. */
  death(): 'before' | 'after' | null;
}

/** Somebody else's way to keep an access token, minute by minute. */
export interface Peer {
  /**
   * Once a minute: what it does by itself, and for a consumer who reads.
   *
   * @returns the access token that the consumer gets; null for none
   */
  run(): string | null;
  /** A person has consented anew. */
  take(refreshToken: string): void;
  /** The refresh token that it would still use; null when it has none, or has given up. */
  readonly refreshToken: string | null;
  /** Whether it tells somebody now that a person is needed. */
  readonly calls: boolean;
}

export interface PeerKind {
  readonly name: string;
  /** Where the rules and the constants come from. */
  readonly source: string;
  open(surroundings: Surroundings, refreshToken: string): Peer;
}

export interface PublishedToken {
  readonly accessToken: string;
  readonly expiresAtMs: number;
}
