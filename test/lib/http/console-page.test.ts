import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { consolePage } from '../../../lib/http/console-page.ts';
import { htmlPage } from '../../../lib/http/response.ts';

const SETTINGS = {
  issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x',
  signInOrigin: 'https://zoho-admins-1.auth.eu-central-1.amazoncognito.com',
  clientId: 'client</script><script>alert(1)</script>',
};
const CODE = { script: 'document.title = "x";\n', style: 'body{color:red}' };

describe('the console’s page', () => {
  const { headers = {}, body } = htmlPage(consolePage(CODE, SETTINGS));

  it('allows just its own script and style, by their hashes, and requests to itself and to where admins sign in', () => {
    const [script] = /(?<=<script type="module">)[\s\S]*?(?=<\/script>)/.exec(body) ?? [];
    const [style] = /(?<=<style>)[\s\S]*?(?=<\/style>)/.exec(body) ?? [];
    const hash = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hash(style)}`,
      `script-src ${hash(script)}`,
      `connect-src 'self' ${SETTINGS.signInOrigin}`,
      'img-src data:',
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  it('needs nothing from elsewhere, not even an icon', () => {
    const addresses = [...body.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, address = '']) => address);
    expect(addresses).toHaveLength(1);
    expect(addresses[0]).toMatch(/^data:image\/svg\+xml,[\w%.~*'()!-]*$/);
  });

  it('is kept by no cache, stands in no frame, and tells nobody where it was', () => {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  it('hands its settings over as data that cannot become markup', () => {
    const [settings = ''] = /(?<=id="settings">)[\s\S]*?(?=<\/script>)/.exec(body) ?? [];
    expect(JSON.parse(settings)).toEqual(SETTINGS);
    expect(body.match(/<script/g)).toHaveLength(2);
  });

  it.each([
    { script: 'const a = "</SCRIPT>"' },
    { script: 'const a = "<!--"' },
    { style: 'a{content:"</style>"}' },
  ])('refuses a bundle that would end its element: %o', (part) => {
    expect(() => consolePage({ ...CODE, ...part }, SETTINGS)).toThrow(/would end its element/);
  });
});
