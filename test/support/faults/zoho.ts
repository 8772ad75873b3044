import { Readable } from 'node:stream';
import type { SimulatorContext } from '../../../infra/local/zoho/context.ts';
import { FaultList } from '../../../infra/local/zoho/faults.ts';
import { MintJournal } from '../../../infra/local/zoho/journal.ts';
import { createOperations, type Operations } from '../../../infra/local/zoho/operations.ts';
import type { ZohoCall } from '../../../infra/local/zoho/route.ts';
import { answerCall, routeZohoCall } from '../../../infra/local/zoho/router.ts';
import { settingsSchema } from '../../../infra/local/zoho/settings.ts';
import { ZohoState } from '../../../infra/local/zoho/state.ts';
import type { Transport, TransportRequest } from '../../../lib/zoho/http.ts';
import type { Journey, Passage, Refusal, WireAnswer } from './journey.ts';

export const ZOHO_ORIGIN = 'https://zoho.example';

export type ZohoCallName = 'Zoho.mint' | 'Zoho.exchange' | 'Zoho.revoke' | 'Zoho.probe';

/** A request of the keeper's. */
export interface ZohoRequest {
  readonly call: ZohoCallName;
  /** What a token request bears; empty for a probe. */
  readonly form: URLSearchParams;
  /** What a probe bears; null for a token request. */
  readonly accessToken: string | null;
}

/** Who is told what Zoho did for the keeper. */
export interface ZohoWatcher {
  /** Before Zoho does it. */
  arrived(request: ZohoRequest): void;
  /** Zoho did it; whether the answer will be met by anybody is not known yet. */
  served(request: ZohoRequest, answer: WireAnswer): void;
  /** The keeper has the answer. */
  delivered(request: ZohoRequest, answer: WireAnswer): void;
}

/** The simulator's Zoho, called without a socket. */
export interface InProcessZoho extends Operations {
  readonly context: SimulatorContext;
  /** For the keeper: each of its requests takes this passage. */
  transport(passage: Passage): Transport;
  /** For everybody else: posts a form, unseen; answers the body. */
  answerDirectly(path: string, form: URLSearchParams): Promise<string>;
}

/** @param turn awaited while a request is at Zoho, so that others may come in between */
export function openZoho(
  nowMs: () => number,
  watcher: ZohoWatcher,
  turn: () => Promise<void>,
): InProcessZoho {
  const settings = settingsSchema.parse({});
  const context: SimulatorContext = {
    settings,
    state: new ZohoState(null),
    faults: new FaultList(),
    journal: new MintJournal(),
    origins: new Map([['us', ZOHO_ORIGIN]]),
    nowMs,
  };
  const operations = createOperations(context, { homeDataCenter: 'us', settings: { ...settings } });
  const travel = async (sent: SentRequest, passage: Passage) => {
    const request = readRequest(sent);
    const answer = await passage(journeyOf(context, request, { sent, watcher, turn }));
    watcher.delivered(request, answer);
    return answer;
  };
  return {
    ...operations,
    context,
    transport: (passage) => async (request) => {
      const { status, headers, body } = await travel(request, passage);
      return {
        status,
        contentType: headers['content-type'] ?? null,
        body: Readable.from([Buffer.from(body)]),
      };
    },
    async answerDirectly(path, form) {
      const sent = {
        method: 'POST',
        url: new URL(path, ZOHO_ORIGIN),
        headers: {},
        body: form.toString(),
      } as const;
      const serving = { answerTo: (call: ZohoCall) => call.serve(), turn: async () => {} };
      return (await answer(context, sent, serving)).body;
    },
  };
}

type SentRequest = Omit<TransportRequest, 'signal'>;

function readRequest({ method, url, headers, body }: SentRequest): ZohoRequest {
  const form = new URLSearchParams(body ?? '');
  const accessToken = headers.authorization?.split(' ')[1] ?? null;
  return { call: callOf(method, url.pathname, form), form, accessToken };
}

function callOf(method: string, path: string, form: URLSearchParams): ZohoCallName {
  if (method === 'GET') return 'Zoho.probe';
  if (path.endsWith('/revoke')) return 'Zoho.revoke';
  return form.get('grant_type') === 'refresh_token' ? 'Zoho.mint' : 'Zoho.exchange';
}

let calls = 0;

function journeyOf(
  context: SimulatorContext,
  request: ZohoRequest,
  {
    sent,
    watcher,
    turn,
  }: {
    sent: SentRequest;
    watcher: ZohoWatcher;
    turn: () => Promise<void>;
  },
): Journey {
  const answering = (answerTo: (call: ZohoCall) => WireAnswer) => answer(context, sent, { answerTo, turn });
  calls += 1;
  return {
    to: 'zoho',
    call: request.call,
    callId: `zoho-${calls}`,
    async serve() {
      watcher.arrived(request);
      const served = await answering((call) => call.serve());
      watcher.served(request, served);
      return served;
    },
    refuse: (how) => answering((call) => refusal(call, how)),
    unanswered: (how) => networkError(how === 'timeout' ? 'ETIMEDOUT' : 'ECONNRESET'),
  };
}

async function answer(
  context: SimulatorContext,
  { method, url, headers, body }: SentRequest,
  { answerTo, turn }: { answerTo: (call: ZohoCall) => WireAnswer; turn: () => Promise<void> },
): Promise<WireAnswer> {
  // The form goes into the query, which the accounts server reads as well: a multipart parser takes its time.
  const query = body ? `?${body}` : url.search;
  const { 'content-type': _, ...others } = headers;
  const call = await routeZohoCall(context, {
    method,
    url: new URL(url.pathname + query, ZOHO_ORIGIN),
    headers: others,
    body: Buffer.alloc(0),
    dataCenter: 'us',
  });
  if (!call) throw new Error(`Zoho has nothing at ${method} ${url.pathname}`);
  try {
    await turn();
    const fault = context.faults.take(call.group, call.subject, context.nowMs());
    const answered = fault ? answerCall(call, fault) : answerTo(call);
    call.decided?.(fault);
    await turn();
    if (!answered) throw networkError('ECONNRESET');
    return answered;
  } finally {
    call.ended?.();
  }
}

/** As Node.js tells of a connection that came to nothing. */
function networkError(code: string): Error {
  return Object.assign(new Error('no answer'), { code });
}

function refusal(call: ZohoCall, how: Refusal): WireAnswer {
  switch (how) {
    case 'throttled':
      return call.throttled();
    case 'broken':
      return answerCall(call, { kind: 'status', status: 500 }) as WireAnswer;
    case 'denied':
      return call.wrongDataCenter();
    case 'dead':
      return call.group === 'api' ? call.wrongDataCenter() : CALLED_DEAD;
  }
}

const CALLED_DEAD: WireAnswer = {
  status: 200,
  headers: { 'content-type': 'application/json;charset=UTF-8' },
  body: JSON.stringify({ error: 'invalid_code' }),
};
