import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONFIGURATION_FILE } from '../../infra/cloud/function-code.ts';

/** What functions are told by the template; nothing of it is called while a module loads. */
const TOLD = {
  STATE_TABLE_NAME: 'state',
  AUDIT_TABLE_NAME: 'audit',
  BACKUP_TABLE_NAME: 'backups',
  BACKUP_BUCKET_NAME: 'backups',
  PRIMARY_KEY_ID: 'primary',
  BACKUP_KEY_ID: 'backup',
  AUDIT_KEY_ID: 'audit',
  REDIRECT_URI: 'https://api.example/callback',
  API_URL: 'https://api.example',
  ISSUER: 'https://issuer.example',
  SIGN_IN_ORIGIN: 'https://sign-in.example',
  CONSOLE_CLIENT_ID: 'client',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
} as const;

/**
 * How long the bundle in a folder takes to load in a process of its own, as at a cold start: no code is cached.
 *
 * @returns milliseconds
 * @throws what the module throws, as the process's error
 */
export function loadModuleMs(directory: string): number {
  const url = pathToFileURL(join(directory, 'index.mjs')).href;
  const program = `
    const beganMs = performance.now();
    await import(${JSON.stringify(url)});
    const tookMs = performance.now() - beganMs;
    process.stdout.write('\\n' + tookMs, () => process.exit(0));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...TOLD, CONFIGURATION_FILE, LAMBDA_TASK_ROOT: directory },
    encoding: 'utf8',
  });
  return Number(output.trim().split('\n').at(-1));
}
