import type { SignInSettings } from '../config/console-environment.ts';
import type { Page } from './response.ts';

/**
 * The admin console as one document: its code and its style stand in it, so that it loads nothing.
 *
 * @param code.script an ES module, bundled
 * @throws {TypeError} when the bundle holds what would end its element
 */
export function consolePage(
  { script, style }: { script: string; style: string },
  settings: SignInSettings,
): Page {
  assertEmbeddable(script, '</script', '<!--');
  assertEmbeddable(style, '</style');
  return {
    status: 200,
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Zoho access</title>
<link rel="icon" href="${ICON}">
<style>${style}</style>
</head>
<body>
<div id="app"><noscript>The console needs JavaScript. Without it, the admin API does the same: see the README.</noscript></div>
<script type="application/json" id="settings">${asData(settings)}</script>
<script type="module">${script}</script>
</body>
</html>
`,
    style,
    script,
    connectTo: [settings.signInOrigin],
  };
}

/** The mark of console/components/icons.tsx, as data: a browser that finds no icon asks the API for one. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#2158c8" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="M20.5 12a8.5 8.5 0 1 1-2.6-6.1M18.4 2.4v3.7h-3.7"/><circle cx="10" cy="12" r="2.2"/><path d="M12.2 12H17m-1.6 0v1.9"/></svg>',
)}`;

/** Escaping it would change the hash that the policy names, or its meaning. */
function assertEmbeddable(text: string, ...ends: readonly string[]): void {
  const found = ends.find((end) => text.toLowerCase().includes(end));
  if (found === undefined) return;
  throw new TypeError(`The console's bundle holds "${found}", which would end its element. Write it apart.`);
}

/** JSON that cannot end its element. */
function asData(value: object): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
