import { startGateway } from './api/gateway.ts';
import { startIssuer } from './api/issuer.ts';
import { AccessKeys } from './aws/access-keys.ts';
import type { CallJournal } from './aws/call-journal.ts';
import { createDynamoDbService } from './aws/dynamodb-client.ts';
import { startDynamoDb, startS3, startSts } from './aws/emulators.ts';
import { EventBus } from './aws/event-bus.ts';
import { startFrontDoor } from './aws/front-door.ts';
import { Kms } from './aws/kms/kms.ts';
import { SecretsManager } from './aws/secrets-manager/secrets-manager.ts';
import { type Ses, startSes } from './aws/ses/ses.ts';
import type { VirtualClock } from './clock.ts';
import { Closers } from './closers.ts';
import type { DataFolder } from './data-folder.ts';
import { guardService } from './iam/guarded-service.ts';
import { Iam } from './iam/iam.ts';
import type { IncomingCall } from './iam/requests/call.ts';
import type { EncryptionKey } from './iam/requests/encryption-keys.ts';
import { createKmsReader } from './iam/requests/kms.ts';
import { createRequestReader } from './iam/requests/requests.ts';
import { Lambda, type LogObserver } from './lambda/lambda.ts';
import { provision } from './provision/provision.ts';
import { Scheduler } from './scheduler.ts';

const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';
/** Whom the administrator's token is for while the template has no user pool. */
const NO_CLIENT_ID = 'local';

export interface CloudOptions {
  readonly clock: VirtualClock;
  readonly data: DataFolder;
  readonly onLog: LogObserver;
  /** 0 takes any free port. */
  readonly apiPort: number;
}

/**
 * A stack that stands: its functions can be invoked, its API answers and its rules take events; its schedules wait for
 * `start`.
 */
export interface DeployedStack {
  readonly outputs: Readonly<Record<string, string>>;
  /** An ID token of an administrator. */
  readonly adminToken: string;
  /** An ID token of another administrator, or of one with other claims. */
  readonly mintAdminToken: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
  /** Lets the schedules fire. */
  readonly start: () => void;
}

/** The AWS account on this machine. */
export interface Cloud {
  /** The API's origin. */
  readonly api: string;
  /** What `AWS_ENDPOINT_URL` is set to. */
  readonly endpoint: string;
  /** The page that shows the mail sent by SES. */
  readonly inbox: string;
  /** Mail: who may send it, and what was sent. No sender is verified from the start. */
  readonly ses: Pick<Ses, 'verify' | 'sent' | 'clear'>;
  readonly secretsManager: SecretsManager;
  readonly kms: Kms;
  readonly lambda: Lambda;
  /** Every call to AWS as it went over the wire. */
  readonly journal: CallJournal;
  /** Who may do what, and what each caller asked for. */
  readonly iam: Iam;
  readonly bus: EventBus;
  /**
   * @param template the synthesised template, as parsed JSON
   * @param assemblyDir the folder that holds its assets
   */
  deploy(template: unknown, assemblyDir: string): Promise<DeployedStack>;
  close(): Promise<void>;
}

/**
 * Brings up the services of AWS, without any resource in them.
 *
 * @throws {TakenPortError}
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const closers = new Closers();
  try {
    return await openCloud(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function openCloud({ clock, data, onLog, apiPort }: CloudOptions, closers: Closers): Promise<Cloud> {
  const nowMs = () => clock.nowMs();
  const issuer = await data.ports.start(
    'issuer',
    (port) => closers.keep(startIssuer(nowMs, port)),
    ({ url }) => url,
  );
  const invoke = (functionName: string, event: unknown) => lambda.invoke(functionName, event);
  // First, since a taken port is the likeliest reason not to start at all.
  const gateway = await closers.keep(
    startGateway({ accountId: ACCOUNT_ID, issuer, invoke, nowMs, port: apiPort }),
  );
  const [dynamodb, s3, ses, sts] = await Promise.all([
    closers.keep(startDynamoDb(data.path('dynamodb'))),
    closers.keep(startS3(data.path('s3'), nowMs)),
    closers.keep(startSes({ region: REGION, nowMs })),
    closers.keep(startSts(ACCOUNT_ID)),
  ]);
  const own = { nowMs, region: REGION, accountId: ACCOUNT_ID };
  const kms = new Kms({ ...own, path: data.path('kms.json') });
  const iam = new Iam();
  const onBehalf = createKmsReader(own, kms, `secretsmanager.${REGION}.amazonaws.com`);
  const secretsManager = new SecretsManager({
    ...own,
    kms: { service: guardService(kms.service, iam, onBehalf) },
    path: data.path('secrets-manager'),
  });
  const bus = new EventBus();
  const accessKeys = new AccessKeys();
  const services = { secretsmanager: secretsManager.service, kms: kms.service, events: bus.call };
  const emulators = { dynamodb: dynamodb.origin, s3: s3.origin, sts: sts.origin, ses: ses.origin };
  const secretArnOf = (secretId: string) => secretsManager.arnOf(secretId);
  let encryptionKeys: ReadonlyMap<string, EncryptionKey> = new Map();
  const encryptionKeyOf = (arn: string) => encryptionKeys.get(arn);
  const readRequests = createRequestReader({ account: own, keys: kms, secretArnOf, encryptionKeyOf });
  const authorize = (principal: string, call: IncomingCall) => iam.authorize(principal, readRequests(call));
  const { endpoint, journal } = await data.ports.start(
    'aws',
    (port) => closers.keep(startFrontDoor({ services, emulators, accessKeys, authorize, clock, port })),
    (frontDoor) => frontDoor.endpoint,
  );
  const account = { accountId: ACCOUNT_ID, region: REGION, endpoint };
  const lambda = await closers.keep(Promise.resolve(new Lambda({ account, clock, onLog })));
  const invokeAsync = (functionName: string, event: unknown) => void lambda.invokeAsync(functionName, event);
  const scheduler = new Scheduler({ clock, account, invoke: invokeAsync });
  closers.add(() => scheduler.stop());

  return {
    api: gateway.origin,
    endpoint,
    inbox: ses.inbox,
    ses,
    secretsManager,
    kms,
    lambda,
    journal,
    iam,
    bus,
    deploy: async (template, assemblyDir) => {
      const stack = await provision(template, assemblyDir, {
        account,
        kms: kms.service,
        secretsManager: secretsManager.service,
        dynamodb: createDynamoDbService(dynamodb.origin),
        createBucket: s3.createBucket,
        lambda,
        apiOrigin: gateway.origin,
        accessKeys,
        issuerUrl: issuer.url,
      });
      encryptionKeys = stack.encryptionKeys;
      iam.deploy(stack.policies);
      bus.route({ rules: stack.rules.byEvent, account, nowMs, invoke: invokeAsync });
      issuer.deploy(stack.appClients);
      const clientIds = stack.appClients.map(({ id }) => id);
      const [clientId = NO_CLIENT_ID] = clientIds;
      gateway.deploy({ ...stack.api, clientIds });
      return {
        outputs: stack.outputs,
        adminToken: await issuer.mintAdminToken(clientId),
        mintAdminToken: (claims) => issuer.mintAdminToken(clientId, claims),
        start: () => scheduler.start(stack.rules.scheduled),
      };
    },
    close: closers.close,
  };
}
