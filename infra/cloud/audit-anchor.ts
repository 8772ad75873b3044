import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Effect, type IRole, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { AuditTable } from './audit-table.ts';
import type { KeeperFunction } from './keeper-function.ts';

const GENERATE_MAC = 'kms:GenerateMac';

/**
 * What seals the audit once a day: the key, what the function may do, and the rule. The key knows no automatic rotation
 * (AWS has none for HMAC keys), and is kept for as long as seals are to be checked.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/hmac.html
 */
export class AuditAnchor extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, props: { anchor: KeeperFunction; auditTable: AuditTable }) {
    super(scope, id);
    const { anchor, auditTable } = props;
    this.key = new Key(this, 'Key', {
      alias: 'zoho-token-recovery/audit',
      description: 'Seals the audit of the Zoho connections',
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      // Kept when the stack goes, but not when the very deployment that made it fails.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.#letSealOnly(anchor.lambda.role as IRole);
    anchor.allow(new PolicyStatement({ actions: [GENERATE_MAC], resources: [this.key.keyArn] }));
    anchor.allow(auditTable.appendStatement());
    anchor.lambda.addEnvironment('AUDIT_KEY_ID', this.key.keyArn);
    new Rule(this, 'Daily', {
      description: 'Seals the audit of the Zoho connections',
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(anchor.lambda, { event: RuleTargetInput.fromObject({}) })],
    });
  }

  /** Lets a function check the seals. */
  allowVerifying(keeper: KeeperFunction): void {
    keeper.lambda.addEnvironment('AUDIT_KEY_ID', this.key.keyArn);
    keeper.allow(new PolicyStatement({ actions: ['kms:VerifyMac'], resources: [this.key.keyArn] }));
  }

  /** Also not an administrator: a seal that somebody else could make would prove nothing. Checking one proves as much to anybody. */
  #letSealOnly(role: IRole): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyTheAnchorSeals',
        effect: Effect.DENY,
        principals: [new StarPrincipal()],
        actions: [GENERATE_MAC],
        resources: ['*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': role.roleArn } },
      }),
    );
  }
}
