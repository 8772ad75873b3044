import { Stack } from 'aws-cdk-lib';
import {
  type AddToResourcePolicyResult,
  type IResourceWithPolicyV2,
  PolicyDocument,
  type PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { CfnResourcePolicy, type CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** The policy of a secret itself. Secrets Manager refuses it if it would let everybody at the secret. */
export class SecretPolicy extends Construct implements IResourceWithPolicyV2 {
  readonly env: IResourceWithPolicyV2['env'];
  readonly #document = new PolicyDocument();

  constructor(scope: Construct, id: string, secret: CfnSecret) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.env = { account, region };
    new CfnResourcePolicy(this, 'Policy', {
      secretId: secret.ref,
      resourcePolicy: this.#document,
      blockPublicPolicy: true,
    });
  }

  addToResourcePolicy(statement: PolicyStatement): AddToResourcePolicyResult {
    this.#document.addStatements(statement);
    return { statementAdded: true, policyDependable: this };
  }
}
