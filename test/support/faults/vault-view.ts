import type { SecretsManager } from '../../../infra/local/aws/secrets-manager/secrets-manager.ts';
import type { AwsCall, AwsService } from '../../../infra/local/aws/service.ts';
import { AwsError } from '../../../infra/local/aws/service.ts';

/** A version of a secret as it stands. */
export interface StandingVersion {
  readonly versionId: string;
  readonly labels: readonly string[];
  /** What was put there. */
  readonly text: string;
}

/** What stands in Secrets Manager, without a call that anybody would notice or that a lost key could fail. */
export interface VaultView {
  /** Secrets Manager for everybody else, seen through. */
  readonly service: AwsService;
  /** Every version of a secret, oldest first; none of a secret that is gone. */
  versionsOf(secretId: string): readonly StandingVersion[];
  labelled(secretId: string, label: string): StandingVersion | null;
  /** Whether it is gone, or about to be deleted. */
  isLost(secretId: string): boolean;
}

/** @param onChange told which secret a call has changed, and who called */
export function watchVault(
  twin: SecretsManager,
  onChange: (change: { secretId: string; principal: string }) => void,
): VaultView {
  const texts = new Map<string, string>();
  const standing = new Map<string, readonly StandingVersion[]>();
  const lost = new Set<string>();

  const look = async (secretId: string) => {
    const call: AwsCall = {
      operation: 'DescribeSecret',
      input: { SecretId: secretId },
      principal: 'operator',
    };
    const described = (await twin.service(call).catch(ignoreAwsErrors)) as Described | undefined;
    if (described && described.DeletedDate === undefined) lost.delete(secretId);
    else lost.add(secretId);
    const versions = Object.entries(described?.VersionIdsToStages ?? {});
    standing.set(
      secretId,
      versions.map(([versionId, labels]) => ({ versionId, labels, text: texts.get(versionId) ?? '' })),
    );
  };
  const versionsOf = (secretId: string) => standing.get(secretId) ?? [];
  return {
    async service(call) {
      const { SecretId, Name, SecretString, ClientRequestToken } = call.input as Write;
      const secretId = SecretId ?? Name;
      const output = await twin.service(call);
      if (READS.test(call.operation) || secretId === undefined) return output;
      const { VersionId } = output as { VersionId?: string };
      if (SecretString !== undefined) texts.set(ClientRequestToken ?? VersionId ?? '', SecretString);
      await look(secretId);
      onChange({ secretId, principal: call.principal });
      return output;
    },
    versionsOf,
    isLost: (secretId) => lost.has(secretId),
    labelled: (secretId, label) => versionsOf(secretId).find(({ labels }) => labels.includes(label)) ?? null,
  };
}

const READS = /^(Get|BatchGet|List|Describe)/;

interface Write {
  readonly SecretId?: string;
  readonly Name?: string;
  readonly SecretString?: string;
  readonly ClientRequestToken?: string;
}

interface Described {
  readonly VersionIdsToStages?: Readonly<Record<string, readonly string[]>>;
  readonly DeletedDate?: number;
}

function ignoreAwsErrors(error: unknown): undefined {
  if (!(error instanceof AwsError)) throw error;
}
