import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { type BrowserStage, describeInBrowser, goTo } from '../../support/browser-stage.ts';

const HOUR_MS = 3_600_000;
/** What is listed at once. */
const PAGE_ENTRIES = 50;
const TAMPERED = 2;

describeInBrowser('the console’s records', (stage) => {
  it('lists the audit page by page, each operation once, down to the first', async () => {
    const { twin } = stage();
    const operations = PAGE_ENTRIES / 2 + 3;
    for (let asked = 0; asked < operations; asked += 1) await askForLink(stage(), 'books', `Link ${asked}`);
    const { json } = await twin.ask('/api/zoho/audit?connection=books&limit=100');
    expect(json.entries.length).toBeGreaterThan(PAGE_ENTRIES);

    const page = await stage().openSignedIn('#/audit?connection=books');
    const entries = page.getByRole('region', { name: 'Entries' }).locator('.entries > li');
    await page.getByText(`${PAGE_ENTRIES} entries shown`).waitFor();
    expect(await entries.count()).toBe(PAGE_ENTRIES / 2);
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await page.getByText(`${json.entries.length} entries shown`).waitFor();
    await page.getByRole('button', { name: 'Show older ones' }).waitFor({ state: 'hidden' });
    expect(await entries.filter({ hasText: /admin@example\.com got a link to a consent/ }).count()).toBe(
      operations,
    );
    await entries.filter({ hasText: 'Link 0' }).waitFor();
    await page.context().close();
  });

  it('finds in the audit what is looked for, by an address that a colleague can open', async () => {
    const { twin } = stage();
    await failToUpdate(stage());
    const page = await stage().openSignedIn('#/audit');
    await page.getByText('Filter', { exact: true }).click();
    await page.getByLabel('Connection').selectOption('crm');
    await page.getByLabel('Outcome').selectOption('failed');
    await page.getByLabel('Subject or schedule').fill('7c0d8d4e-1a5f-4a53-9b0e-2f1f6f6b5a10');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('1 entry shown').waitFor({ state: 'attached' });
    const search = 'connection=crm&actor=7c0d8d4e-1a5f-4a53-9b0e-2f1f6f6b5a10&outcome=failed';
    expect(page.url()).toBe(`${twin.console}#/audit?${search}`);

    const { json } = await twin.ask(`/api/zoho/audit?${search}`);
    const entry = json.entries[0];
    await page.locator('.entries summary').click();
    for (const detail of [entry.code, entry.operationId, entry.requestId, entry.hash, `${entry.sequence}`])
      await page.locator('.entries dd').getByText(detail, { exact: true }).waitFor();

    await goTo(page, '#/audit?connection=crm&actor=nobody');
    await page.getByText('No entry fits this search').waitFor();
    await page.context().close();
  });

  it('P7: verifies a chain, and names the entry that was changed, with what to do', async () => {
    const { twin, openSignedIn } = stage();
    const page = await openSignedIn('#/audit?connection=crm');
    const verification = page.getByRole('region', { name: 'Verification' });
    const verify = () => verification.getByRole('button', { name: 'Verify the chain' }).click();
    await verify();
    await verification.getByText('The chain is intact').waitFor();
    const { json } = await twin.ask('/api/zoho/audit/verification?connection=crm');
    await verification.getByText(`from 1 to ${json.toSequence}.`).waitFor();

    await tamper(stage(), TAMPERED);
    await verify();
    await verification.getByText('The chain is broken').waitFor();
    const { fault } = (await twin.ask('/api/zoho/audit/verification?connection=crm')).json;
    expect(fault.sequence).toBe(TAMPERED);
    await verification.getByText(`At entry ${TAMPERED}: ${fault.found}`).waitFor();
    await verification.getByText(fault.remedy).waitFor();
    await page.context().close();
  });

  it('tells an incident from its beginning to its end, and saves it as the API answers it', async () => {
    const { twin, run, openSignedIn } = stage();
    twin.simulator.addFault({ kind: 'status' });
    twin.clock.advance(HOUR_MS);
    await run('Sweep');
    twin.simulator.clearFaults();
    twin.clock.advance(HOUR_MS);
    await run('Sweep');

    const page = await openSignedIn('#/incidents?connection=books');
    await page.getByText('Cause: no usable answer from Zoho').waitFor();
    const { json } = await twin.ask('/api/zoho/incidents?connection=books');
    const [incident] = json.incidents;
    expect(incident.closedAt).not.toBeNull();
    await page.getByText(`Timeline: ${incident.timeline.length} events`).click();
    expect(await page.locator('.timeline code').allInnerTexts()).toEqual(
      incident.timeline.map(({ code }: { code: string }) => code),
    );

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as JSON' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`incident-${incident.id}.json`);
    expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toEqual(incident);
    await page.context().close();
  });
});

async function askForLink({ twin }: BrowserStage, connection: string, reason: string): Promise<void> {
  const { status } = await twin.ask('/api/zoho/emergency-reauth', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ connection, reason }),
  });
  expect(status).toBe(201);
}

/** An operation that fails, and is recorded. */
async function failToUpdate({ twin }: BrowserStage): Promise<void> {
  const { status } = await twin.ask('/api/zoho/manual-token-update', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      connection: 'crm',
      reason: 'A token of nobody',
      refreshToken: `1000.${'0'.repeat(32)}.${'f'.repeat(32)}`,
    }),
  });
  expect(status).toBe(422);
}

/** Changes an entry of the audit, as somebody with access to the account might. */
async function tamper({ twin }: BrowserStage, sequence: number): Promise<void> {
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'any' };
  const client = new DynamoDBClient({ ...twin.aws, credentials });
  const dynamodb = DynamoDBDocumentClient.from(client);
  const TableName = twin.outputs.AuditTableName;
  const { Item } = await dynamodb.send(new GetCommand({ TableName, Key: { connection: 'crm', sequence } }));
  const changed = { ...Item, entry: { ...Item?.entry, reason: 'nothing to see' } };
  await dynamodb.send(new PutCommand({ TableName, Item: changed }));
  client.destroy();
}
