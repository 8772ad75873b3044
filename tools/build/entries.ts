/** One of the package's entries, `zoho-token-recovery/<name>`. */
export interface Entry {
  readonly name: string;
  /** Its module, by path from the project's root. */
  readonly source: string;
  /** Packages that come along with it, in the range of the project's own manifest. */
  readonly dependencies: readonly string[];
  /** Packages that the consumer has if they use this entry, and the ranges that it works with. */
  readonly peers: Readonly<Record<string, string>>;
  /** How large it may be, minified and without packages; null if that does not matter. */
  readonly limitBytes: number | null;
}

/** What the package consists of. */
export const ENTRIES: readonly Entry[] = [
  {
    name: 'client',
    source: 'lib/client/index.ts',
    dependencies: ['@aws-sdk/client-secrets-manager'],
    peers: { '@middy/core': '>=7' },
    limitBytes: 10_000,
  },
  {
    name: 'zoho-sdk',
    source: 'lib/zoho-sdk/index.ts',
    dependencies: [],
    peers: { '@zohocrm/typescript-sdk-8.0': '^3.0.0' },
    limitBytes: 10_000,
  },
];
