import '../interpret-schemas.ts';
import { Logger } from '@aws-lambda-powertools/logger';
import { readRedirectUri } from '../../lib/config/environment.ts';
import { createAdminHandler } from '../../lib/http/admin-router.ts';
import { createEmitter } from '../../lib/metrics/emitter.ts';
import { createAdminContainer } from '../container.ts';
import { emergencyReauthRoute } from './emergency-reauth.ts';
import { manualTokenUpdateRoute } from './manual-token-update.ts';
import { refreshRoute } from './refresh.ts';
import { renewalRoute } from './renewal.ts';
import { restoreRoute } from './restore.ts';

const logger = new Logger();
const emit = createEmitter(logger);
const container = createAdminContainer(process.env);
const redirectUri = readRedirectUri(process.env);

/** What admins do: each thing limited in rate, and on record before it begins. */
export const handler = createAdminHandler(logger, [
  emergencyReauthRoute(container, redirectUri, logger),
  renewalRoute(container, redirectUri, logger),
  manualTokenUpdateRoute(container, logger, emit),
  refreshRoute(container, logger, emit),
  restoreRoute(container, logger, emit),
]);
