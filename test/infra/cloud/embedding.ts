import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppProps, type Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FUNCTION_NAMES, useFunctionCode } from '../../../infra/cloud/function-code.ts';
import { ZohoTokenRecovery, type ZohoTokenRecoveryProps } from '../../../infra/cloud/index.ts';
import { ALERTS } from '../../support/builders.ts';

/** What an embedder writes, without anything that has a default. */
export const PROPS: ZohoTokenRecoveryProps = {
  connections: (['crm', 'books'] as const).map((id) => ({
    id,
    client: 'main',
    dataCenter: 'eu',
    scopes: ['ZohoCRM.org.READ', 'ZohoBooks.settings.READ'],
    probe: id,
  })),
  alerts: ALERTS,
};

/** A folder for somebody's app, until `dispose`. */
export interface Workplace {
  readonly folder: string;
  /** Stands for the functions' code. */
  readonly functionCode: string;
  /** A stack of somebody's app, in which the keeper may be embedded. */
  openStack(options?: { env?: Environment; context?: AppProps['context'] }): Stack;
  dispose(): void;
}

export function openWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'embedding-'));
  const functionCode = join(folder, 'functions');
  for (const name of FUNCTION_NAMES) {
    mkdirSync(join(functionCode, name), { recursive: true });
    writeFileSync(join(functionCode, name, 'index.mjs'), `// ${name}`);
  }
  return {
    folder,
    functionCode,
    openStack({ env, context = {} } = {}) {
      const app = new App({ outdir: mkdtempSync(join(folder, 'out-')), context });
      const stack = new Stack(app, 'Platform', env ? { env } : {});
      useFunctionCode(stack, functionCode);
      return stack;
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function embed(stack: Stack, props: ZohoTokenRecoveryProps = PROPS): ZohoTokenRecovery {
  return new ZohoTokenRecovery(stack, 'Zoho', props);
}

/** A policy's statement, as the template has it. */
export interface StatementElement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** The statements of what begins by this logical id. */
export function statementsOf(
  stack: Stack,
  type: string,
  prefix: string,
  document: string,
): StatementElement[] {
  return Object.entries(Template.fromStack(stack).findResources(type))
    .filter(([logicalId]) => logicalId.startsWith(prefix))
    .flatMap(([, { Properties }]) => Properties[document].Statement as StatementElement[]);
}
