import { buildSync } from 'esbuild';

/**
 * Bundles the console's page: `page.js` and `page.css`, which its function puts into one document.
 *
 * @param root the project's folder
 * @param directory the function's folder
 */
export function bundlePage(root: string, directory: string): void {
  buildSync({
    absWorkingDir: root,
    entryPoints: { page: 'console/main.tsx' },
    outdir: directory,
    bundle: true,
    platform: 'browser',
    // What evergreen browsers of the last two years know.
    target: ['chrome120', 'firefox121', 'safari17'],
    format: 'esm',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
}
