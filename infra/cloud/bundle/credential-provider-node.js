/**
 * The SDK's default chain of credential sources, cut down to the one that exists in Lambda: the role's credentials in
 * the environment. Profiles, SSO and instance metadata stay out of the bundles.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
