import { Match } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEPT_DAYS, KEPT_GENERATIONS } from '../../../lib/domain/backup.ts';
import { LEASE_DURATION_MS } from '../../../lib/guards/state-table.ts';
import { type Synthesised, synthesizeStack } from './synthesis.ts';

let stack: Synthesised;
beforeAll(() => {
  stack = synthesizeStack(2);
});
afterAll(() => stack.dispose());

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** What the role of one function may do, as `action on resource`, without what every function may. */
function permissionsOf(functionId: string): string[] {
  const policies = Object.entries(stack.assertions.findResources('AWS::IAM::Policy'));
  const [, policy] = policies.find(([id]) => id.startsWith(`${functionId}Role`)) ?? [];
  const statements: Statement[] = policy?.Properties.PolicyDocument.Statement;
  expect(statements.every(({ Effect }) => Effect === 'Allow')).toBe(true);
  return statements
    .flatMap(({ Action, Resource, Condition }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource]
            .flat()
            .map(
              (resource) => `${action} on ${describeResource(resource)}${Condition ? ' (conditional)' : ''}`,
            ),
        ),
    )
    .filter((permission) => !/^(logs|xray):/.test(permission))
    .sort();
}

function describeResource(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute } = resource as Record<string, string[]>;
  if (attribute) return attribute[0]?.replace(/[0-9A-F]{8}$/, '') ?? '';
  const parts = (join?.[1] ?? []) as unknown as unknown[];
  return String(parts.at(-1)).replace(/^:secret:/, '');
}

describe('P9: a function may do what it needs and no more', () => {
  const REFRESH = [
    'kms:Decrypt on SecretsPrimaryKey (conditional)',
    'kms:GenerateDataKey on SecretsPrimaryKey (conditional)',
    ...['*/access-token-??????', '*/credential-??????', '*/credential', 'clients/*-??????'].map(
      (secret) => `secretsmanager:GetSecretValue on zoho/${secret}`,
    ),
    // What is lost is made anew, and what is new is backed up.
    'kms:DescribeKey on SecretsPrimaryKey',
    ...[
      'CreateSecret',
      'DescribeSecret',
      'PutSecretValue',
      'RestoreSecret',
      'UpdateSecret',
      'UpdateSecretVersionStage',
    ].flatMap((action) =>
      ['access-token', 'credential', 'access-token-??????', 'credential-??????'].map(
        (secret) => `secretsmanager:${action} on zoho/*/${secret}`,
      ),
    ),
    ...['PutItem', 'Query'].map((action) => `dynamodb:${action} on BackupsTable`),
    ...['Decrypt', 'GenerateDataKey'].map((action) => `kms:${action} on BackupsKey (conditional)`),
    's3:GetObjectVersion on /credentials/*',
    's3:ListBucketVersions on BackupsBucket',
    's3:PutObject on /credentials/*',
  ];
  const APPEND = ['dynamodb:PutItem on AuditTable', 'dynamodb:Query on AuditTable'];
  const ATTEMPT = ['GetItem', 'PutItem', 'UpdateItem'].map((action) => `dynamodb:${action} on StateTable`);
  const TELL = 'events:PutEvents on :event-bus/default';
  const REPLACE = [...REFRESH, ...APPEND, ...ATTEMPT, TELL];

  it('refresh: mint, publish, and write down what came of it', () => {
    expect(permissionsOf('Refresh')).toEqual([...REFRESH, ...APPEND, ...ATTEMPT, TELL].sort());
  });

  it('sweep: likewise, and it reads all of the state, and which secrets there are', () => {
    const all = ['dynamodb:BatchGetItem on StateTable', 'secretsmanager:ListSecrets on *'];
    expect(permissionsOf('Sweep')).toEqual([...REFRESH, ...APPEND, ...ATTEMPT, ...all, TELL].sort());
  });

  it('anchor: appends to the audit, and makes seals', () => {
    expect(permissionsOf('Anchor')).toEqual([...APPEND, 'kms:GenerateMac on AuditAnchorKey']);
  });

  it('the admin API only reads, and no refresh token', () => {
    expect(permissionsOf('AdminApiFunction')).toEqual([
      'dynamodb:BatchGetItem on StateTable',
      'dynamodb:GetItem on StateTable',
      'dynamodb:Query on /index/byDay',
      'dynamodb:Query on AuditTable',
      'dynamodb:Query on BackupsTable',
      'kms:Decrypt on SecretsPrimaryKey (conditional)',
      's3:GetObjectVersion on /credentials/*',
      's3:ListBucketVersions on BackupsBucket',
      'secretsmanager:GetSecretValue on zoho/*/access-token-??????',
    ]);
  });

  it('the admin operations replace a credential, and tell of it', () => {
    expect(permissionsOf('AdminOperationsFunction')).toEqual([...REPLACE].sort());
  });

  it('the callback: likewise, and it uses a consent’s state up', () => {
    expect(permissionsOf('OAuthCallbackFunction')).toEqual(
      [...REPLACE, 'dynamodb:DeleteItem on StateTable'].sort(),
    );
  });

  it('the health check reads all, asks SES, and writes what a drill must not lose', () => {
    expect(permissionsOf('HealthCheck')).toEqual(
      [
        ...['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'].map(
          (action) => `dynamodb:${action} on StateTable`,
        ),
        ...APPEND,
        ...['DescribeSecret', 'GetSecretValue'].flatMap((action) =>
          ['*/access-token-??????', '*/credential-??????', 'clients/*-??????'].map(
            (secret) => `secretsmanager:${action} on zoho/${secret}`,
          ),
        ),
        'secretsmanager:PutSecretValue on zoho/*/credential-??????',
        'kms:Decrypt on SecretsPrimaryKey (conditional)',
        'kms:GenerateDataKey on SecretsPrimaryKey (conditional)',
        'kms:DescribeKey on SecretsPrimaryKey',
        'dynamodb:Query on BackupsTable',
        's3:GetObjectVersion on /credentials/*',
        's3:ListBucketVersions on BackupsBucket',
        'kms:Decrypt on BackupsKey (conditional)',
        'kms:DescribeKey on BackupsKey',
        'kms:VerifyMac on AuditAnchorKey',
        'ses:GetAccount on *',
        'ses:GetSuppressedDestination on *',
        'ses:GetEmailIdentity on :identity/*',
      ].sort(),
    );
  });

  it('none may change or delete an entry of the audit', () => {
    for (const id of [
      'Refresh',
      'Sweep',
      'Anchor',
      'AdminApiFunction',
      'AdminOperationsFunction',
      'OAuthCallbackFunction',
      'HealthCheck',
    ]) {
      const onAudit = permissionsOf(id).filter((permission) => permission.endsWith('on AuditTable'));
      expect(
        onAudit.filter((permission) => !APPEND.includes(permission)),
        id,
      ).toEqual([]);
      expect(onAudit, id).not.toEqual([]);
    }
  });

  it('keys are used through Secrets Manager only', () => {
    stack.assertions.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            Condition: {
              StringEquals: {
                'kms:ViaService': {
                  'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']],
                },
              },
            },
          }),
        ]),
      },
    });
  });
});

describe('P2: what must not be lost', () => {
  it.each([
    // Not a deployment that fails, though: the next one could not make it again under its name.
    ['AWS::SecretsManager::Secret', 'RetainExceptOnCreate'],
    ['AWS::KMS::Key', 'RetainExceptOnCreate'],
    // Their own protection against deletion would make a rollback fail.
    ['AWS::DynamoDB::Table', 'Retain'],
    ['AWS::S3::Bucket', 'Retain'],
    ['AWS::Cognito::UserPool', 'Retain'],
  ])('%s outlives the stack, and a replacement', (type, expected) => {
    const resources = Object.values(stack.assertions.findResources(type));
    expect(resources).not.toHaveLength(0);
    for (const { DeletionPolicy, UpdateReplacePolicy } of resources) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual([expected, 'Retain']);
    }
  });

  it('no template ever holds, or generates, a secret’s value', () => {
    for (const { Properties } of Object.values(
      stack.assertions.findResources('AWS::SecretsManager::Secret'),
    )) {
      expect(Object.keys(Properties).sort()).toEqual(['Description', 'KmsKeyId', 'Name']);
    }
  });

  it('the table can be restored to any second, the key rotates', () => {
    stack.assertions.hasResourceProperties('AWS::DynamoDB::Table', {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    stack.assertions.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });
});

describe('P6: the backups', () => {
  it('lie under a key of their own, which every function may use for them only', () => {
    const keys = stack.assertions.findResources('AWS::KMS::Key');
    expect(
      Object.keys(keys)
        .map((id) => id.replace(/[0-9A-F]{8}$/, ''))
        .sort(),
    ).toEqual(['AuditAnchorKey', 'BackupsKey', 'SecretsPrimaryKey']);
    stack.assertions.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
            Condition: { StringEquals: { 'kms:EncryptionContext:purpose': 'credential-backup' } },
          }),
        ]),
      },
    });
  });

  it('as files: every version kept and locked, by TLS only, for nobody else', () => {
    const lock = { Mode: 'GOVERNANCE', Days: KEPT_DAYS };
    stack.assertions.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: lock } },
      BucketEncryption: Match.anyValue(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    stack.assertions.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  it('are kept for as long in the bucket as in the table: the newest generations, and 90 days', () => {
    stack.assertions.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [
          {
            Status: 'Enabled',
            NoncurrentVersionExpiration: {
              NoncurrentDays: KEPT_DAYS,
              // The newest version is not among the noncurrent ones.
              NewerNoncurrentVersions: KEPT_GENERATIONS - 1,
            },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          },
        ],
      },
    });
  });

  it('as items: nobody deletes or changes one, and only what was marked expires', () => {
    stack.assertions.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'connection', KeyType: 'HASH' },
        { AttributeName: 'generation', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAtS', Enabled: true },
      ResourcePolicy: {
        PolicyDocument: Match.objectLike({
          Statement: [
            Match.objectLike({
              Effect: 'Deny',
              Principal: '*',
              Action: Match.arrayWith(['dynamodb:DeleteItem', 'dynamodb:DeleteTable', 'dynamodb:UpdateItem']),
            }),
          ],
        }),
      },
    });
  });
});

describe('the schedules', () => {
  it('run each function at its rate', () => {
    const rules = Object.values(stack.assertions.findResources('AWS::Events::Rule'));
    const schedules = rules
      .filter(({ Properties }) => Properties.ScheduleExpression)
      .map(({ Properties: { ScheduleExpression, State, Targets } }) => [
        ScheduleExpression,
        functionOf(Targets[0]),
        State,
      ]);
    expect(schedules.toSorted()).toEqual([
      ['rate(1 day)', 'Anchor', 'ENABLED'],
      ['rate(1 day)', 'HealthCheck', 'ENABLED'],
      ['rate(1 minute)', 'Alerts', 'ENABLED'],
      ['rate(1 minute)', 'Sweep', 'ENABLED'],
      ['rate(50 minutes)', 'Refresh', 'ENABLED'],
    ]);
  });

  /** A rule's target, by how its function's logical id begins; empty for another kind. */
  function functionOf(target: { Arn: { 'Fn::GetAtt'?: string[] } }): string {
    return target.Arn['Fn::GetAtt']?.[0]?.replace(/Function.*/, '') ?? '';
  }
});

describe('the health check', () => {
  it('is set off once a day, and by a change of a connection’s health', () => {
    const rules = Object.values(stack.assertions.findResources('AWS::Events::Rule')).filter(
      ({ Properties }) => /^HealthCheckFunction/.test(Properties.Targets[0].Arn['Fn::GetAtt']?.[0]),
    );
    expect(rules.map(({ Properties: { Targets, Description, ...rule } }) => rule)).toEqual([
      { ScheduleExpression: 'rate(1 day)', State: 'ENABLED' },
      {
        EventPattern: {
          source: ['zoho-token-recovery'],
          'detail-type': ['ZohoConnectionHealthChanged'],
        },
        State: 'ENABLED',
      },
    ]);
    // The first says nothing of a connection, the second hands the event on as it is.
    expect(rules.map(({ Properties }) => Properties.Targets[0].Input)).toEqual(['{}', undefined]);
  });
});

describe('an event that a function could not handle', () => {
  it('is repeated twice within 15 minutes for the tick, and is the next one’s for what runs each minute', () => {
    const configs = Object.values(stack.assertions.findResources('AWS::Lambda::EventInvokeConfig'));
    const byFunction = configs.map(({ Properties: { FunctionName, ...config } }) => [
      FunctionName.Ref.replace(/Function.*/, ''),
      config.MaximumRetryAttempts,
      config.MaximumEventAgeInSeconds,
    ]);
    expect(byFunction).toEqual([
      ['Refresh', undefined, 900],
      ['Sweep', 0, 60],
      ['Alerts', 0, 60],
    ]);
  });
});

describe('every function', () => {
  it('runs on Node 24 and arm64, is traced, and ends within the lease', () => {
    const functions = Object.values(stack.assertions.findResources('AWS::Lambda::Function'));
    expect(functions).toHaveLength(9);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } },
      });
      expect(Properties.Timeout * 1_000).toBeLessThan(LEASE_DURATION_MS);
    }
  });

  it('keeps its logs for a limited time', () => {
    for (const { Properties } of Object.values(stack.assertions.findResources('AWS::Logs::LogGroup'))) {
      expect([30, 90]).toContain(Properties.RetentionInDays);
    }
  });

  it('that refreshes, or tells people, runs alone', () => {
    const alone = stack.assertions.findResources('AWS::Lambda::Function', {
      Properties: { ReservedConcurrentExecutions: 1 },
    });
    expect(Object.keys(alone).map((id) => id.replace(/Function.*/, ''))).toEqual([
      'Refresh',
      'Sweep',
      'Alerts',
    ]);
  });
});

describe('the admin API', () => {
  /** A method's route, such as `GET /api/zoho/status`, with its properties. */
  function methods() {
    const resources = stack.assertions.findResources('AWS::ApiGateway::Resource');
    const pathOf = (id: string): string => {
      const { ParentId, PathPart } = resources[id]?.Properties ?? {};
      return PathPart === undefined ? '' : `${pathOf(ParentId.Ref)}/${PathPart}`;
    };
    return Object.values(stack.assertions.findResources('AWS::ApiGateway::Method')).map(({ Properties }) => ({
      route: `${Properties.HttpMethod} ${pathOf(Properties.ResourceId.Ref)}`,
      properties: Properties,
    }));
  }

  it('P8: has no method without the authorizer but Zoho’s redirect and the console’s page, and answers no other origin', () => {
    const open = methods().filter(({ properties }) => properties.AuthorizationType !== 'COGNITO_USER_POOLS');
    expect(open.map(({ route }) => route)).toEqual(['GET /api/zoho/oauth/callback', 'GET /console']);
    const guarded = methods().filter((method) => !open.some(({ route }) => route === method.route));
    expect(guarded.map(({ route }) => route).sort()).toEqual([
      'GET /api/zoho/audit',
      'GET /api/zoho/audit/verification',
      'GET /api/zoho/backups',
      'GET /api/zoho/health-check',
      'GET /api/zoho/incidents',
      'GET /api/zoho/openapi.json',
      'GET /api/zoho/renewal',
      'GET /api/zoho/status',
      'POST /api/zoho/emergency-reauth',
      'POST /api/zoho/health-check',
      'POST /api/zoho/manual-token-update',
      'POST /api/zoho/refresh',
      'POST /api/zoho/restore',
    ]);
    for (const { properties } of guarded) {
      expect(properties.AuthorizerId).toEqual({ Ref: expect.any(String) });
    }
  });

  it('is throttled by method, traced, and logs neither path nor query string nor body', () => {
    const [stage] = Object.values(stack.assertions.findResources('AWS::ApiGateway::Stage'));
    const settings: Record<string, unknown>[] = stage?.Properties.MethodSettings;
    const rates = settings.map(({ ResourcePath, HttpMethod, ThrottlingRateLimit, ThrottlingBurstLimit }) => [
      `${HttpMethod} ${String(ResourcePath).replaceAll('~1', '/')}`,
      ThrottlingRateLimit,
      ThrottlingBurstLimit,
    ]);
    expect(rates).toEqual([
      ['* /*', 10, 20],
      ['GET //api/zoho/status', 10, 20],
      ['GET //api/zoho/audit', 10, 20],
      ['GET //api/zoho/audit/verification', 2, 10],
      ['GET //api/zoho/incidents', 10, 20],
      ['GET //api/zoho/backups', 10, 20],
      ['GET //api/zoho/health-check', 10, 20],
      ['GET //api/zoho/openapi.json', 10, 20],
      ['POST //api/zoho/emergency-reauth', 2, 10],
      ['GET //api/zoho/renewal', 2, 10],
      ['POST //api/zoho/manual-token-update', 2, 10],
      ['POST //api/zoho/restore', 2, 10],
      ['POST //api/zoho/refresh', 2, 10],
      ['POST //api/zoho/health-check', 2, 10],
      ['GET //api/zoho/oauth/callback', 2, 10],
      ['GET //console', 5, 20],
    ]);
    expect(settings.every(({ DataTraceEnabled }) => DataTraceEnabled !== true)).toBe(true);
    expect(stage?.Properties.TracingEnabled).toBe(true);
    const format: string = stage?.Properties.AccessLogSetting.Format;
    expect(format).toContain('$context.requestId');
    expect(format).not.toMatch(/\$context\.(path|requestOverride|.*querystring)/i);
  });

  it('tells the function that makes links the very address that the API serves', () => {
    const { Value } = Object.values(stack.assertions.findOutputs('RedirectUri'))[0] ?? {};
    expect(Value['Fn::Join'][1].at(-1)).toMatch(/\/prod\/api\/zoho\/oauth\/callback$/);
    const told = Object.entries(stack.assertions.findResources('AWS::Lambda::Function')).flatMap(
      ([id, { Properties }]) => {
        const uri = Properties.Environment.Variables.REDIRECT_URI;
        return uri === undefined ? [] : [[id.replace(/Function[0-9A-F]{8}$/, ''), uri]];
      },
    );
    expect(told).toEqual([['AdminOperations', Value]]);
  });

  it('lets nobody sign up, asks for a second factor, and gives out tokens for minutes', () => {
    stack.assertions.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      DeletionProtection: 'ACTIVE',
      Policies: { PasswordPolicy: Match.objectLike({ MinimumLength: 14 }) },
      UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    });
    stack.assertions.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      IdTokenValidity: 15,
      AccessTokenValidity: 15,
      TokenValidityUnits: { IdToken: 'minutes', AccessToken: 'minutes' },
    });
    stack.assertions.hasResourceProperties('AWS::Cognito::UserPoolGroup', { GroupName: 'zoho-admins' });
  });

  it('lets the console sign in on Cognito’s pages, by a code, and come back to itself only', () => {
    const { Value: consoleUrl } = Object.values(stack.assertions.findOutputs('ConsoleUrl'))[0] ?? {};
    expect(consoleUrl['Fn::Join'][1].at(-1)).toMatch(/\/prod\/console$/);
    stack.assertions.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      CallbackURLs: [consoleUrl],
      LogoutURLs: [consoleUrl],
      GenerateSecret: false,
      RefreshTokenValidity: 480,
    });
    stack.assertions.hasResourceProperties('AWS::Cognito::UserPoolDomain', { ManagedLoginVersion: 2 });
    stack.assertions.hasResourceProperties('AWS::Cognito::ManagedLoginBranding', {
      UseCognitoProvidedValues: true,
    });
  });

  it('compresses what is worth it', () => {
    stack.assertions.hasResourceProperties('AWS::ApiGateway::RestApi', { MinimumCompressionSize: 1024 });
  });

  it('P9: the function that serves the console may do nothing but log and trace, and knows no store', () => {
    expect(permissionsOf('AdminConsolePage')).toEqual([]);
    const [page] = Object.entries(stack.assertions.findResources('AWS::Lambda::Function'))
      .filter(([id]) => id.startsWith('AdminConsolePage'))
      .map(([, { Properties }]) => Object.keys(Properties.Environment.Variables).sort());
    expect(page).toEqual(['CONFIGURATION_FILE', 'CONSOLE_CLIENT_ID', 'ISSUER', 'SIGN_IN_ORIGIN']);
  });
});

it('its outputs name what a consumer and an operator need', () => {
  expect(Object.keys(stack.assertions.findOutputs('*')).sort()).toEqual([
    'AccessTokenSecrets',
    'ApiUrl',
    'AuditKeyArn',
    'AuditTableName',
    'BackupBucketName',
    'BackupKeyArn',
    'BackupTableName',
    'ConsoleUrl',
    'PrimaryKeyArn',
    'RedirectUri',
    'StateTableName',
    'UserPoolClientId',
    'UserPoolId',
  ]);
});
