/** `zoho-token-recovery/cdk`: the keeper in a CDK app of yours, and what consumers of its access tokens need. */
export {
  FunctionCodeMissingError,
  TokenReaderError,
  UngrantableError,
  UnknownConnectionError,
} from './errors.ts';
export { ZohoTokenReader } from './zoho-token-reader.ts';
export type { ZohoTokenReaderProps } from './zoho-token-reader-props.ts';
export { ZohoTokenRecovery } from './zoho-token-recovery.ts';
export type {
  AlertsProps,
  ConnectionProps,
  DataCenterCode,
  RateLimitsProps,
  RecipientsProps,
  ZohoTokenRecoveryProps,
} from './zoho-token-recovery-props.ts';
