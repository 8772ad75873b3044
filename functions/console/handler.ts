import '../interpret-schemas.ts';
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { readConsoleEnvironment } from '../../lib/config/console-environment.ts';
import { consolePage } from '../../lib/http/console-page.ts';
import { htmlPage } from '../../lib/http/response.ts';

/** What was bundled beside the function (infra/cloud/bundle-page.ts). */
const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

const page = htmlPage(
  consolePage({ script: read('page.js'), style: read('page.css') }, readConsoleEnvironment(process.env)),
);

/** `GET /console`: the admin console, one page, the same for everybody. */
export async function handler(): Promise<APIGatewayProxyResult> {
  return page;
}
