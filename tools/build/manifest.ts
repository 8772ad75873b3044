import * as z from 'zod';
import type { Entry } from './entries.ts';

const projectSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  dependencies: z.record(z.string(), z.string()),
});

/** As much of the project's `package.json` as the package takes over. */
export type ProjectManifest = z.infer<typeof projectSchema>;

export function parseProjectManifest(text: string): ProjectManifest {
  return projectSchema.parse(JSON.parse(text));
}

/** The oldest runtime of Lambda's that consumers are on, as of the version in which `require` takes ES modules. */
const NODE_RANGE = '>=20.19';

/** Where an entry's types lie, by path from the package's root. */
export function typesPath({ source }: Entry): string {
  return `types/${source.replace(/\.ts$/, '.d.ts')}`;
}

/**
 * The package's `package.json`. The project's own would bring consumers everything that the keeper runs on and is
 * developed with.
 */
export function composeManifest(project: ProjectManifest, entries: readonly Entry[]): object {
  const dependencies = new Set(entries.flatMap((entry) => entry.dependencies));
  const peers = Object.assign({}, ...entries.map((entry) => entry.peers)) as Record<string, string>;
  return {
    name: project.name,
    version: project.version,
    description:
      'Reads the Zoho access token that the keeper publishes in AWS Secrets Manager, and calls Zoho with it; and the keeper itself, for apps of the AWS CDK.',
    license: project.license,
    // The name is nobody's in the public registry: without a registry of one's own it is not to end up there openly.
    publishConfig: { access: 'restricted' },
    type: 'module',
    sideEffects: false,
    engines: { node: NODE_RANGE },
    exports: Object.fromEntries(
      entries.map((entry) => [
        `./${entry.name}`,
        { types: `./${typesPath(entry)}`, default: `./${entry.file}` },
      ]),
    ),
    dependencies: Object.fromEntries([...dependencies].map((name) => [name, rangeOf(project, name)])),
    peerDependencies: peers,
    peerDependenciesMeta: Object.fromEntries(Object.keys(peers).map((name) => [name, { optional: true }])),
  };
}

/** A package is to come along that the project itself does not have. */
export class UndeclaredDependencyError extends Error {
  readonly code = 'UNDECLARED_DEPENDENCY';
}

function rangeOf({ dependencies }: ProjectManifest, name: string): string {
  const range = dependencies[name];
  if (range !== undefined) return range;
  throw new UndeclaredDependencyError(
    `tools/build/entries.ts names the dependency ${name}, which is not among the dependencies in package.json. Add it there, or make it a peer.`,
  );
}
