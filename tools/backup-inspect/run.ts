import { readFile } from 'node:fs/promises';
import { type BackupHeader, readBackupHeader } from '../../lib/vault/backup-envelope.ts';
import { BackupUnusableError } from '../../lib/vault/backup-faults.ts';

export const READABLE = 0;
export const UNUSABLE = 1;
export const NOT_LOOKED = 2;

const HELP = `Usage: npm run backup:inspect FILE

Shows what a backup's file says of itself: whose credential it is, which generation, since when, under which key. It
decrypts nothing and asks nobody, so it does not tell whether the file was changed (docs/backups.md has the format).

Ends with 0 for a backup, with 1 for a file that is none or is cut off, and with 2 when there is no such file.`;

/** Where the lines go. */
export interface Output {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** @returns the exit code */
export async function runBackupInspect(args: readonly string[], { out, err }: Output): Promise<number> {
  const [path, ...more] = args;
  if (path === '--help') {
    out(HELP);
    return READABLE;
  }
  if (path === undefined || path.startsWith('-') || more.length > 0) {
    err('Cannot inspect: expected the path of one file; see --help');
    return NOT_LOOKED;
  }
  try {
    const text = await readFile(path, 'utf8');
    for (const line of describe(readBackupHeader(text, { name: path, connection: null, generation: null }))) {
      out(line);
    }
    return READABLE;
  } catch (error) {
    if (error instanceof BackupUnusableError) {
      err(error.description);
      return UNUSABLE;
    }
    err(`Cannot inspect: ${(error as Error).message}`);
    return NOT_LOOKED;
  }
}

function describe({ format, formatVersion, ...header }: BackupHeader): string[] {
  const { connection, generation, storedAt, purpose, algorithm, keyId } = header;
  const rows = {
    format: `${format}, version ${formatVersion}`,
    connection,
    generation: `${generation}`,
    'stored at': storedAt,
    purpose,
    algorithm,
    key: keyId,
  };
  const width = Math.max(...Object.keys(rows).map(({ length }) => length));
  return Object.entries(rows).map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}
