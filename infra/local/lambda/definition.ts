import { devNull } from 'node:os';

/** One Lambda function as the template declares it. */
export interface FunctionDefinition {
  readonly name: string;
  /** The folder of the bundle. */
  readonly directory: string;
  /** `<file without suffix>.<export>`, such as `index.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** How many invocations may run at once; null when only the account's limit counts. */
  readonly reservedConcurrency: number | null;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
}

/** What a function needs to know of the account that it runs in. */
export interface LambdaAccount {
  readonly accountId: string;
  readonly region: string;
  /** Where every AWS service answers. */
  readonly endpoint: string;
}

/** The key pair that stands for a function's role. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export function functionArn({ region, accountId }: LambdaAccount, name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/**
 * A function's whole environment: the template's variables and what the Lambda runtime sets. Nothing of the host's gets
 * in, not even its AWS profile files, which the SDK would otherwise find in the home folder.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function runtimeEnvironment(
  definition: FunctionDefinition,
  account: LambdaAccount,
  accessKey: AccessKey,
): Record<string, string> {
  return {
    ...definition.environment,
    AWS_ACCESS_KEY_ID: accessKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: accessKey.secretAccessKey,
    AWS_SESSION_TOKEN: accessKey.sessionToken,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    LAMBDA_TASK_ROOT: definition.directory,
    _HANDLER: definition.handler,
    TZ: ':UTC',
    AWS_ENDPOINT_URL: account.endpoint,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
}
