import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { escape as escapeHtml } from 'html-escaper';
import { closeServer, listen } from './http-server.ts';

/** The project's runbooks, as pages on this machine. */
export interface Runbooks {
  /** Lists them; `/<name>.md` below it shows one. */
  readonly origin: string;
  close(): Promise<void>;
}

const DIRECTORY = fileURLToPath(new URL('../../docs/runbooks', import.meta.url));
const NAME = /^[a-z0-9-]+\.md$/;
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

/**
 * Shows what mails link to. Each page is read when it is asked for, so that a runbook can be written while it is shown.
 *
 * @param port 0 takes any free one
 * @throws {TakenPortError}
 */
export async function startRunbooks({ port = 0, directory = DIRECTORY } = {}): Promise<Runbooks> {
  const server = createServer(({ url = '/' }, response) => {
    const [path = '/'] = url.split('?');
    const name = namesIn(directory).find((one) => path === `/${one}`);
    if (path === '/') show(response, 200, 'Runbooks', list(namesIn(directory)));
    else if (name) show(response, 200, name, text(readFileSync(`${directory}/${name}`, 'utf8')));
    else show(response, 404, 'Not found', text('There is no such runbook.'));
  });
  return { origin: await listen(server, port), close: () => closeServer(server) };
}

/** Only what the folder itself holds can be asked for: a path that leads elsewhere is none of these. */
function namesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && NAME.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

function list(names: readonly string[]): string {
  return `<h1>Runbooks</h1><ul>${names.map((name) => `<li><a href="/${name}">${name}</a></li>`).join('')}</ul>`;
}

function text(markdown: string): string {
  return `<pre style="white-space:pre-wrap">${escapeHtml(markdown)}</pre>`;
}

function show(response: ServerResponse, status: number, title: string, body: string): void {
  response.writeHead(status, HEADERS).end(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>:root{color-scheme:light dark}body{max-width:50rem;margin:auto;padding:1rem;font:16px/1.5 system-ui,sans-serif}pre{font:15px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}</style></head>
<body>${body}</body></html>`);
}
