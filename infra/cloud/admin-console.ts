import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AdminIdentity } from './admin-identity.ts';
import type { Bundle } from './function-code.ts';
import { KeeperFunction } from './keeper-function.ts';

/** What serves the admin console: one page, the same for everybody. It knows no table and may do nothing. */
export class AdminConsole extends Construct {
  readonly lambda: IFunction;

  constructor(scope: Construct, id: string, props: { bundle: Bundle; identity: AdminIdentity }) {
    super(scope, id);
    const { bundle, identity } = props;
    const { lambda } = new KeeperFunction(this, 'Page', {
      bundle,
      description: 'Serves the admin console',
      timeout: Duration.seconds(10),
    });
    lambda.addEnvironment('ISSUER', identity.userPool.userPoolProviderUrl);
    lambda.addEnvironment('SIGN_IN_ORIGIN', identity.signInOrigin);
    lambda.addEnvironment('CONSOLE_CLIENT_ID', identity.consoleClient.userPoolClientId);
    this.lambda = lambda;
  }
}
