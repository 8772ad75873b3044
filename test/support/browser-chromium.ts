import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian and its kin put the browser. */
const USUAL_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];
const { CHROMIUM_PATH } = process.env;

/** The browser of this machine, or the one that `CHROMIUM_PATH` names; null where there is none. */
export const CHROMIUM =
  (CHROMIUM_PATH ? [CHROMIUM_PATH] : USUAL_PATHS).find((path) => existsSync(path)) ?? null;

/** @throws {Error} where there is no Chromium */
export async function launchChromium(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('no Chromium: apt install chromium, or name one by CHROMIUM_PATH');
  // A container has neither the privileges that the sandbox takes, nor much of /dev/shm.
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
