import { describe, expect, it } from 'vitest';
import { type Fault, FaultList } from '../../../../infra/local/zoho/faults.ts';
import { tokenReference } from '../../../../infra/local/zoho/state.ts';
import { get, postJson, startZoho } from './support.ts';

describe('on the wire', () => {
  it('down cuts the connection of every Zoho route, but not of the control API', async () => {
    const { zoho, mint, probe } = await startZoho();
    await postJson(`${zoho.origin}/_control/faults`, { kind: 'down' });
    await expect(mint('any')).rejects.toThrow('fetch failed');
    await expect(probe('any')).rejects.toThrow('fetch failed');
    await expect(fetch(`${zoho.origin}/oauth/v2/auth`)).rejects.toThrow('fetch failed');
    await postJson(`${zoho.origin}/_control/faults/clear`, {});
    expect((await mint('any')).body).toEqual({ error: 'invalid_code' });
  });

  it('slow mints although the client gives up waiting', async () => {
    const { zoho, mint, authorize } = await startZoho();
    const { refreshToken } = await authorize();
    zoho.addFault({ kind: 'slow', delayMs: 600_000, times: 1 });
    const abandoned = mint(refreshToken);
    await expect.poll(() => zoho.journal.at(-1)).toMatchObject({ outcome: 'minted', fault: 'slow' });
    await zoho.close();
    await expect(abandoned).rejects.toThrow('fetch failed');
  });

  it('slow with a drip sends the answer byte by byte, whole in the end', async () => {
    const { zoho } = await startZoho();
    zoho.addFault({ kind: 'slow', delayMs: 0, dripMs: 1 });
    const response = await fetch(`${zoho.origin}/oauth/serverinfo`);
    let chunks = 0;
    let text = '';
    for await (const chunk of response.body ?? []) {
      chunks += 1;
      text += Buffer.from(chunk).toString();
    }
    expect(chunks).toBeGreaterThan(1);
    expect(JSON.parse(text)).toMatchObject({ result: 'success' });
  });

  it('throttle refuses in the words of the route', async () => {
    const { zoho, mint, authorize, probe } = await startZoho();
    const { refreshToken, accessToken } = await authorize();
    zoho.addFault({ kind: 'throttle' });
    expect(await mint(refreshToken)).toMatchObject({ status: 400, body: { status: 'failure' } });
    expect(await probe(accessToken)).toMatchObject({ status: 429, body: { code: 'TOO_MANY_REQUESTS' } });
  });

  it('wrongDataCenter denies client and token', async () => {
    const { zoho, mint, authorize, probe } = await startZoho();
    const { refreshToken, accessToken } = await authorize();
    zoho.addFault({ kind: 'wrongDataCenter' });
    expect((await mint(refreshToken)).body).toEqual({ error: 'invalid_client' });
    expect((await probe(accessToken)).body).toMatchObject({ code: 'INVALID_TOKEN' });
  });

  it.each([
    [{ kind: 'html' }, 200],
    [{ kind: 'status', status: 429 }, 429],
  ] as const)('%o answers a page instead of JSON', async (fault, status) => {
    const { zoho } = await startZoho();
    zoho.addFault(fault);
    const response = await fetch(`${zoho.origin}/oauth/v2/token`, { method: 'POST' });
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(/^<!doctype html>/);
  });

  it('garbage cuts the JSON in half, after the mint', async () => {
    const { zoho, authorize } = await startZoho();
    zoho.addFault({ kind: 'garbage' });
    await expect(authorize()).rejects.toThrow(SyntaxError);
    expect(zoho.journal.at(-1)).toMatchObject({ outcome: 'minted', fault: 'garbage' });
  });

  it('huge answers 10 MB', async () => {
    const { zoho } = await startZoho();
    zoho.addFault({ kind: 'huge' });
    const response = await fetch(`${zoho.origin}/oauth/v2/token`, { method: 'POST' });
    expect((await response.arrayBuffer()).byteLength).toBe(10 * 1024 * 1024);
  });

  it("limited to one connection's refresh token, meets its mints and probes and nobody else's", async () => {
    const { zoho, mint, authorize, probe } = await startZoho();
    const [one, two] = [await authorize(), await authorize()];
    zoho.addFault({ kind: 'status', status: 503, refreshToken: one.refreshToken });
    await expect(mint(one.refreshToken)).rejects.toThrow(SyntaxError);
    await expect(probe(one.accessToken)).rejects.toThrow(SyntaxError);
    expect((await mint(two.refreshToken)).body).toHaveProperty('access_token');
    expect((await probe(two.accessToken)).status).toBe(200);
    const listed = await get(`${zoho.origin}/_control/faults`);
    expect(listed.body).toMatchObject({
      faults: [{ fault: { refreshToken: tokenReference(one.refreshToken) } }],
    });
    expect(JSON.stringify(listed.body)).not.toContain(one.refreshToken);
  });
});

describe('which request meets a fault', () => {
  const NOBODY = { clientId: null, refreshToken: null };
  const DOWN: Fault = { kind: 'down' };

  it('only its routes and its client', () => {
    const faults = new FaultList();
    faults.add({ ...DOWN, routes: 'token', clientId: 'keeper' }, 0);
    expect(faults.take('token', { ...NOBODY, clientId: 'keeper' }, 0)).not.toBeNull();
    expect(faults.take('api', { ...NOBODY, clientId: 'keeper' }, 0)).toBeNull();
    expect(faults.take('token', { ...NOBODY, clientId: 'other' }, 0)).toBeNull();
  });

  it('as many as it was given', () => {
    const faults = new FaultList();
    faults.add({ ...DOWN, times: 2 }, 0);
    const met = [1, 2, 3].map(() => faults.take('api', NOBODY, 0) !== null);
    expect(met).toEqual([true, true, false]);
    expect(faults.list(0)).toEqual([]);
  });

  it('until its virtual time is over', () => {
    const faults = new FaultList();
    faults.add({ ...DOWN, forMs: 1000 }, 5000);
    expect(faults.take('api', NOBODY, 5999)).not.toBeNull();
    expect(faults.take('api', NOBODY, 6000)).toBeNull();
  });

  it('the one switched on first, and the next once it is off', () => {
    const faults = new FaultList();
    const first = faults.add(DOWN, 0);
    faults.add({ kind: 'garbage' }, 0);
    expect(faults.take('api', NOBODY, 0)?.kind).toBe('down');
    faults.clear(first.id);
    expect(faults.take('api', NOBODY, 0)?.kind).toBe('garbage');
  });
});
