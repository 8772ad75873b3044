import type { Availability } from './consumer.ts';

/** How a player came through a trace. */
export interface Outcome {
  readonly availability: Availability;
  /** Access tokens asked for, granted or not. */
  readonly mints: number;
  /** How often it threw away, or used no more, a refresh token that Zoho still honoured. */
  readonly credentialsLost: number;
  /** How often a person consented anew. */
  readonly consents: number;
}
