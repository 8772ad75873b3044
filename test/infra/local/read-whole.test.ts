import { createServer, type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeServer, listen } from '../../../infra/local/http-server.ts';
import { readWhole } from '../../../infra/local/read-whole.ts';

let received: (message: IncomingMessage) => void;
const server = createServer((message, response) => {
  received(message);
  message.once('end', () => response.end());
});
let origin: string;
beforeAll(async () => {
  origin = await listen(server);
});
afterAll(() => closeServer(server));

/** Begins a request of ten bytes. */
async function begin() {
  const arrived = new Promise<IncomingMessage>((resolve) => {
    received = resolve;
  });
  const sender = request(origin, { method: 'POST', headers: { 'content-length': 10 } });
  sender.on('error', () => {});
  sender.write('12345');
  return { sender, read: readWhole(await arrived) };
}

it('reads what comes in pieces', async () => {
  const { sender, read } = await begin();
  sender.end('67890');
  expect((await read).toString()).toBe('1234567890');
});

it('reads nothing where there is nothing', async () => {
  const arrived = new Promise<IncomingMessage>((resolve) => {
    received = resolve;
  });
  request(origin).end();
  expect((await readWhole(await arrived)).length).toBe(0);
});

it('fails when the other side breaks off, instead of waiting', async () => {
  const { sender, read } = await begin();
  sender.destroy();
  await expect(read).rejects.toThrow();
});
