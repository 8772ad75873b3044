import { DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { startTwin, type Twin, type TwinOptions } from '../../infra/local/twin.ts';
import { type LeakWatch, watchForLeaks } from './leaks.ts';

/** A twin of which everything that it tells anybody is kept, to be searched for secrets. */
export interface WatchedTwin extends Twin {
  /** The lines that the functions have logged. */
  readonly logs: string[];
  readonly watch: LeakWatch;
  /** Asks the API, as an admin unless told otherwise. */
  ask(path: string, options?: RequestInit & { token?: string | null }): Promise<Answer>;
  /** Every item of one of its tables, as text. */
  dumpTable(output: 'StateTableName' | 'AuditTableName' | 'BackupTableName'): Promise<string>;
  /** Where a secret came to light: logs, answers, mails, events, backups, tables. */
  findLeaks(): Promise<string[]>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects there
  readonly json: any;
}

export async function startWatchedTwin(options: TwinOptions): Promise<WatchedTwin> {
  const watch = watchForLeaks();
  const logs: string[] = [];
  const twin = await startTwin({
    ...options,
    onLog: (name, text) => {
      logs.push(text);
      watch.see(`the log of ${name}`, text);
      options.onLog?.(name, text);
    },
  });
  const dynamodb = new DynamoDBClient({
    ...twin.aws,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'any' },
  });

  const s3 = new S3Client({
    ...twin.aws,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'any' },
  });

  /** Every version of every file in the backup bucket, as text. */
  async function dumpFiles(): Promise<string> {
    const Bucket = twin.outputs.BackupBucketName;
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const files = Versions.map(async ({ Key, VersionId }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      return Body?.transformToString();
    });
    return (await Promise.all(files)).join('\n');
  }

  const watched: WatchedTwin = {
    ...twin,
    logs,
    watch,
    async ask(path, { token = twin.adminToken, headers, ...init } = {}) {
      const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(new URL(path, twin.api), {
        ...init,
        headers: { ...authorization, ...headers },
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
      const json = isJson ? JSON.parse(text) : null;
      const seen = [JSON.stringify([...response.headers]), withoutLink(text, json, watch)].join('\n');
      watch.see(`an answer of ${path.split('?', 1)[0]}`, seen);
      return { status: response.status, headers: response.headers, text, json };
    },
    async dumpTable(output) {
      const items: unknown[] = [];
      let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey'];
      do {
        const page: ScanCommandOutput = await dynamodb.send(
          new ScanCommand({ TableName: twin.outputs[output] ?? '', ExclusiveStartKey }),
        );
        items.push(...(page.Items ?? []));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return JSON.stringify(items);
    },
    async findLeaks() {
      watch.see('the state table', await watched.dumpTable('StateTableName'));
      watch.see('the audit table', await watched.dumpTable('AuditTableName'));
      watch.see('the backup table', await watched.dumpTable('BackupTableName'));
      watch.see('the backup bucket', await dumpFiles());
      watch.see('an event', JSON.stringify(twin.bus.events));
      watch.see('a mail', await (await fetch(`${twin.inbox}/store`)).text());
      return watch.leaks();
    },
    async close() {
      dynamodb.destroy();
      s3.destroy();
      await twin.close();
    },
  };
  return watched;
}

/** A link for an admin holds a state, and nothing else may ever hold it. */
function withoutLink(text: string, json: unknown, watch: LeakWatch): string {
  const { authorizationUrl } = (json ?? {}) as { authorizationUrl?: string };
  if (authorizationUrl === undefined) return text;
  const state = new URL(authorizationUrl).searchParams.get('state') ?? '';
  watch.keepSecret(state);
  watch.keepSecret(encodeURIComponent(state));
  return text.replaceAll(JSON.stringify(authorizationUrl).slice(1, -1), '');
}
