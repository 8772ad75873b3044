import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Aws, CfnParameter, NestedStack, type Stack, Token, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CONFIGURATION_FILE, FUNCTION_NAMES, useFunctionCode } from '../../../infra/cloud/function-code.ts';
import {
  type ConnectionProps,
  ZohoTokenRecovery,
  type ZohoTokenRecoveryProps,
} from '../../../infra/cloud/index.ts';
import { createApp } from '../../../infra/cloud/synthesize.ts';
import {
  ConfigurationError,
  type ConfigurationInput,
  checkConfiguration,
} from '../../../lib/config/configuration.ts';
import { embed, openWorkplace, PROPS, type Workplace } from './embedding.ts';

let workplace: Workplace;
beforeAll(() => {
  workplace = openWorkplace();
});
afterAll(() => workplace.dispose());

interface Asset {
  readonly code: string;
  readonly configuration: unknown;
}

/** Of each function, by its logical id. */
function assetsOf(stack: Stack): Record<string, Asset> {
  const app = App.of(stack) as App;
  const functions = Template.fromStack(stack).findResources('AWS::Lambda::Function');
  return Object.fromEntries(
    Object.entries(functions).map(([logicalId, { Properties }]) => {
      const folder = join(app.outdir, `asset.${Properties.Code.S3Key.replace('.zip', '')}`);
      const read = (name: string) => readFileSync(join(folder, name), 'utf8');
      return [logicalId, { code: read('index.mjs'), configuration: JSON.parse(read(CONFIGURATION_FILE)) }];
    }),
  );
}

/** As whoever only reads it sees a value. */
type Read<T> = T extends object ? { readonly [Key in keyof T]: Read<T[Key]> } : T;

describe('what an embedder gives', () => {
  it('has the type of the configuration’s input: neither takes what the other does not', () => {
    const roundTrip = (props: ZohoTokenRecoveryProps): Read<ConfigurationInput> => props;
    const back = (input: Read<ConfigurationInput>): ZohoTokenRecoveryProps => input;
    // The compiler has checked the types; an optional property that one of them lacks, only this sees.
    type Same<A, B> =
      Required<A> extends Required<B> ? (Required<B> extends Required<A> ? true : never) : never;
    const isSame: [
      Same<Read<ConfigurationInput['connections'][number]>, ZohoTokenRecoveryProps['connections'][number]>,
      Same<Read<ConfigurationInput['alerts']>, ZohoTokenRecoveryProps['alerts']>,
      Same<
        Required<Read<NonNullable<ConfigurationInput['rateLimits']>>>,
        Required<NonNullable<ZohoTokenRecoveryProps['rateLimits']>>
      >,
    ] = [true, true, true];
    expect([back(roundTrip(PROPS)), ...isSame]).toEqual([PROPS, true, true, true]);
  });

  it('comes to every function, with the defaults filled in', () => {
    const stack = workplace.openStack();
    embed(stack);
    const assets = Object.values(assetsOf(stack));
    expect(assets.map(({ code }) => code).sort()).toEqual(FUNCTION_NAMES.map((name) => `// ${name}`).sort());
    for (const { configuration } of assets) expect(configuration).toEqual(checkConfiguration(PROPS, 'test'));
  });

  it.each<[string, object, string]>([
    [
      'a value',
      { connections: [{ ...PROPS.connections[0], dataCenter: 'mars' }] },
      'connections[0].dataCenter: expected one of us, eu',
    ],
    ['what is missing', { alerts: undefined }, 'alerts: '],
    ['what it does not know', { bundles: {} }, '(top level): Unrecognized key: "bundles"'],
    ['a deeper name', { rateLimits: { refreshes: 1 } }, 'rateLimits: Unrecognized key: "refreshes"'],
  ])('is refused by its path: %s', (_what, differing, expected) => {
    const stack = workplace.openStack();
    const props = { ...PROPS, ...differing } as ZohoTokenRecoveryProps;
    expect(() => embed(stack, props)).toThrow(ConfigurationError);
    expect(() => embed(workplace.openStack(), props)).toThrow(
      `What Platform/Zoho is given is not a valid configuration:\n  ${expected}`,
    );
  });

  it('is refused if only the deployment would know it', () => {
    const stack = workplace.openStack();
    const sender = new CfnParameter(stack, 'Sender').valueAsString;
    expect(() => embed(stack, { ...PROPS, alerts: { ...PROPS.alerts, sender } })).toThrow(
      /alerts\.sender: expected a plain value, and no token of CDK’s/,
    );
  });

  it('is refused also where the token is a part of a text, a number or a list, each by its path', () => {
    const url = `https://api.example/${Aws.REGION}/`;
    const recipients = { default: Token.asList({ Ref: 'Recipients' }) };
    const [connection, ...rest] = PROPS.connections as [ConnectionProps, ...ConnectionProps[]];
    const props = {
      connections: [{ ...connection, probe: { url } }, ...rest],
      alerts: {
        ...PROPS.alerts,
        runbooksUrl: url,
        cooldownHours: Token.asNumber({ Ref: 'Hours' }),
        recipients,
      },
    };
    const embedding = () => embed(workplace.openStack(), props);
    expect(embedding).toThrow(ConfigurationError);
    for (const path of [
      'connections[0].probe.url',
      'alerts.runbooksUrl',
      'alerts.cooldownHours',
      'alerts.recipients.default',
    ]) {
      expect(embedding).toThrow(`  ${path}: expected a plain value`);
    }
  });
});

describe('the functions’ code', () => {
  it('is only read: nothing is written beside it, and nothing stays behind', () => {
    const temporary = useTemporaryFolder();
    embed(workplace.openStack());
    for (const name of FUNCTION_NAMES) {
      expect(readdirSync(join(workplace.functionCode, name))).toEqual(['index.mjs']);
    }
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('is that of the moment, and each keeper has its own configuration', () => {
    const [former, later] = [workplace.openStack(), workplace.openStack()];
    const path = join(workplace.functionCode, 'sweep', 'index.mjs');
    embed(former);
    writeFileSync(path, '// sweep, changed');
    const [connection] = PROPS.connections;
    embed(later, { ...PROPS, connections: connection ? [connection] : [] });
    writeFileSync(path, '// sweep');
    const sweepOf = (stack: Stack) =>
      Object.entries(assetsOf(stack)).find(([id]) => id.startsWith('ZohoSweep'))?.[1];
    expect(sweepOf(former)).toMatchObject({ code: '// sweep', configuration: { connections: [{}, {}] } });
    expect(sweepOf(later)).toMatchObject({
      code: '// sweep, changed',
      configuration: { connections: [{}] },
    });
  });

  it('stays where the template names it when assets are not staged', () => {
    useTemporaryFolder();
    const stack = workplace.openStack({ context: { 'aws:cdk:disable-asset-staging': true } });
    embed(stack);
    const named = stack.node
      .findAll()
      .flatMap(({ node }) => node.tryFindChild('Code') ?? [])
      .map((asset) => (asset as unknown as { assetPath: string }).assetPath);
    expect(named).toHaveLength(FUNCTION_NAMES.length);
    for (const path of named) expect(existsSync(join(path, CONFIGURATION_FILE))).toBe(true);
  });

  it('is missed by name', () => {
    const stack = workplace.openStack();
    useFunctionCode(stack, join(workplace.folder, 'nowhere'));
    expect(() => embed(stack)).toThrow(
      expect.objectContaining({
        code: 'FUNCTION_CODE_MISSING',
        message: expect.stringMatching(
          /nowhere\/refresh holds no index\.mjs\. Install zoho-token-recovery anew/,
        ),
      }),
    );
  });
});

describe('within somebody’s stack', () => {
  it('everything bears the construct’s id, and the stack’s own settings stay as they are', () => {
    const stack = workplace.openStack();
    embed(stack);
    const template = Template.fromStack(stack).toJSON();
    const foreign = Object.keys(template.Resources).filter((logicalId) => !logicalId.startsWith('Zoho'));
    expect(foreign).toEqual([]);
    expect(template).not.toHaveProperty('Outputs');
    expect(template).not.toHaveProperty('Description');
    expect(stack.terminationProtection).toBe(false);
  });

  it('tells where everything is', () => {
    const stack = workplace.openStack({ env: { account: '111122223333', region: 'eu-central-1' } });
    const keeper = embed(stack);
    const at = (url: string) => JSON.stringify(stack.resolve(url));
    expect(at(keeper.apiUrl)).toMatch(/ZohoAdminApi.*\/prod"\]\]\}$/);
    expect(at(keeper.consoleUrl)).toMatch(/\/prod\/console"\]\]\}$/);
    expect(at(keeper.redirectUri)).toMatch(/\/prod\/api\/zoho\/oauth\/callback"\]\]\}$/);
    expect(stack.resolve(keeper.userPool.userPoolId)).toEqual({ Ref: expect.stringMatching(/UserPool/) });
    expect(stack.resolve(keeper.alarmTopic.topicArn)).toEqual({ Ref: expect.stringMatching(/AlarmTopic/) });
    expect(stack.resolve(keeper.primaryKeyArn)).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^ZohoSecretsPrimaryKey/), 'Arn'],
    });
  });
});

describe('cdk-nag’s AwsSolutions', () => {
  const BOUND = { account: '111122223333', region: 'eu-central-1' };
  /** The flags of a new project, as this one has them. */
  const flags = createApp().node.getAllContext();

  it('has no finding on the keeper in a nested stack', () => {
    const stack = workplace.openStack();
    const keeper = new ZohoTokenRecovery(new NestedStack(stack, 'Nested'), 'Zoho', PROPS);
    const role = new Role(stack, 'Consumer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    keeper.grantReadAccessToken(role, 'crm');
    const app = App.of(stack) as App;
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });

  it.each([
    ['in a stack bound to no account', {}],
    ['in a stack bound to an account', { env: BOUND }],
    ['with a new project’s flags', { context: flags }],
    ['with both', { env: BOUND, context: flags }],
  ])('has no finding on the keeper %s', (_where, options) => {
    const stack = workplace.openStack(options);
    const app = App.of(stack) as App;
    embed(stack);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
});

/** Where temporary files go during this test. */
function useTemporaryFolder(): string {
  const folder = mkdtempSync(join(workplace.folder, 'temporary-'));
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  return folder;
}
