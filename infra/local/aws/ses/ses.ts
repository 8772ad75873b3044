import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { closeServer, listen } from '../../http-server.ts';
import type { Emulator } from '../emulators.ts';
import { SesAccount } from './account.ts';
import type { Answer } from './answer.ts';
import { type SentMail, startInbox } from './inbox.ts';
import { createQueryApi } from './query-api.ts';
import { createRestApi } from './rest-api.ts';
import { createSending } from './sending.ts';

export interface SesOptions {
  readonly region: string;
  readonly nowMs: () => number;
}

/** SES, with what a test or the twin itself drives it by. */
export interface Ses extends Emulator {
  /** The page that shows what was delivered. */
  readonly inbox: string;
  /** Makes an address or a domain one that mail may be sent from. */
  verify(identity: string): void;
  /** The mail that the inbox holds, oldest first. */
  sent(): Promise<readonly SentMail[]>;
  /** Empties the inbox. */
  clear(): Promise<void>;
}

const FORM = 'application/x-www-form-urlencoded';

/** Both versions of SES for one account, in memory: its state here, its mail in an inbox. */
export async function startSes({ region, nowMs }: SesOptions): Promise<Ses> {
  const account = new SesAccount(nowMs);
  const inbox = await startInbox(nowMs);
  const send = createSending(account, inbox, region);
  const [answerQuery, answerRest] = [createQueryApi(account, send), createRestApi(account, send)];

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { method = 'GET', url = '/', headers } = request;
    const body = await buffer(request);
    if (headers['content-type']?.startsWith(FORM)) return answerQuery(new URLSearchParams(body.toString()));
    const [path = '/'] = url.split('?');
    return answerRest({ method, path, body });
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (answered) => write(response, answered),
      // The front door says what that means.
      () => response.destroy(),
    );
  });
  return {
    origin: await listen(server),
    inbox: inbox.origin,
    verify: (identity) => account.verify(identity),
    sent: inbox.sent,
    clear: inbox.clear,
    close: async () => {
      await closeServer(server);
      await inbox.close();
    },
  };
}

function write(response: ServerResponse, { status, contentType, body, errorType }: Answer): void {
  response.writeHead(status, {
    'content-type': contentType,
    'x-amzn-requestid': randomUUID(),
    ...(errorType ? { 'x-amzn-errortype': errorType } : {}),
  });
  response.end(body);
}
