import { Aws, Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  CfnUserPoolGroup,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  type UserPoolClientOptions,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';

/** Membership is checked in the functions as well: the authorizer proves who it is, not what they may do. */
const ADMIN_GROUP = 'zoho-admins';

/** A working day at most, and whoever finds a token has a quarter of an hour. */
const SESSION = {
  accessTokenValidity: Duration.minutes(15),
  idTokenValidity: Duration.minutes(15),
  refreshTokenValidity: Duration.hours(8),
  enableTokenRevocation: true,
  preventUserExistenceErrors: true,
} as const satisfies UserPoolClientOptions;

/** Who may use the admin API: accounts that an operator makes, with a second factor. */
export class AdminIdentity extends Construct {
  readonly userPool: UserPool;
  /** What operators sign in to by the AWS CLI. */
  readonly client: UserPoolClient;
  /** What the console signs in to. */
  readonly consoleClient: UserPoolClient;
  /** Where Cognito's own pages are, on which admins sign in to the console. */
  readonly signInOrigin: string;

  /** @param props.consoleUrl where a sign-in to the console comes back to, and a sign-out */
  constructor(scope: Construct, id: string, { consoleUrl }: { consoleUrl: string }) {
    super(scope, id);
    this.userPool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(1),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      // Turns away stolen passwords and sign-ins from where nobody works.
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new CfnUserPoolGroup(this, 'AdminGroup', {
      userPoolId: this.userPool.userPoolId,
      groupName: ADMIN_GROUP,
      description: 'May see and recover the Zoho connections',
    });
    this.client = this.userPool.addClient('Client', {
      // Sign-in by the AWS CLI, for operators with IAM permissions; it needs no browser, also not at night.
      authFlows: { adminUserPassword: true },
      disableOAuth: true,
      ...SESSION,
    });
    this.consoleClient = this.userPool.addClient('ConsoleClient', {
      // A page keeps no secret: the code is bound to the page that asked for it by PKCE.
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [consoleUrl],
        logoutUrls: [consoleUrl],
      },
      ...SESSION,
    });
    this.signInOrigin = this.#openPages();
  }

  /** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managed-login.html */
  #openPages(): string {
    const domain = this.userPool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: `zoho-admins-${uniqueInRegion()}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    // Without a style, even Cognito's own, the client has no pages.
    new CfnManagedLoginBranding(this, 'Style', {
      userPoolId: this.userPool.userPoolId,
      clientId: this.consoleClient.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return domain.baseUrl();
  }
}

/** A part of the stack's own id, a UUID: a domain's name may be taken by any other account. */
function uniqueInRegion(): string {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return Fn.select(0, Fn.split('-', stackUuid));
}
