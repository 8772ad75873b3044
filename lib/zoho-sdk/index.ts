/** `zoho-token-recovery/zoho-sdk`: lets Zoho's own SDK, `@zohocrm/typescript-sdk-8.0`, use the published access token. */
export { ZohoSdkRefusedError } from './errors.ts';
export { createZohoSdkSettings, type ZohoSdkSettings } from './settings.ts';
