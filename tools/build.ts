/** `npm run build`: makes `dist/`, the package that consuming teams install. */
import { fileURLToPath } from 'node:url';
import { buildPackage } from './build/build-package.ts';
import { describeSize } from './build/sizes.ts';

const { directory, sizes } = await buildPackage(fileURLToPath(new URL('../dist', import.meta.url)));
for (const size of sizes) process.stdout.write(`${describeSize(size)}\n`);
process.stdout.write(`Publish it with: npm publish ${directory}\n`);
