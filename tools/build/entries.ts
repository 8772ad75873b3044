/** One of the package's entries, `zoho-token-recovery/<name>`. */
export interface Entry {
  readonly name: string;
  /** Who needs it for what, as a part of a sentence. */
  readonly purpose: string;
  /** Its module, by path from the project's root. */
  readonly source: string;
  /** What becomes of that, by path from the package's root. */
  readonly file: string;
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
    purpose: 'reads the access token that the keeper publishes, and calls Zoho with it: the guide below',
    source: 'lib/client/index.ts',
    file: 'client.js',
    dependencies: ['@aws-sdk/client-secrets-manager'],
    peers: { '@middy/core': '>=7' },
    limitBytes: 10_000,
  },
  {
    name: 'zoho-sdk',
    purpose: 'lets Zoho’s own SDK use that token: [below](#zohos-own-sdk)',
    source: 'lib/zoho-sdk/index.ts',
    file: 'zoho-sdk.js',
    dependencies: [],
    peers: { '@zohocrm/typescript-sdk-8.0': '^3.0.0' },
    limitBytes: 10_000,
  },
  {
    name: 'cdk',
    purpose:
      'is the keeper as a construct for the AWS CDK, and grants of its tokens; its guide is `docs/embedding.md` in the keeper’s repository',
    source: 'infra/cloud/index.ts',
    file: 'cdk/index.js',
    dependencies: [],
    // As of the version that the construct is tested with: cdk-nag's acknowledgements are young.
    peers: { 'aws-cdk-lib': '^2.276.0', constructs: '^10.8.1' },
    limitBytes: null,
  },
];

/** Where the entry `cdk` looks for the keeper's functions: beside itself (infra/cloud/function-code.ts). */
export const FUNCTIONS_FOLDER = 'cdk/functions';
