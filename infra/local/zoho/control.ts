import * as z from 'zod';
import { type Answer, json, seeOther } from './answer.ts';
import type { SimulatorContext } from './context.ts';
import { OperationError, type Operations } from './operations.ts';
import { readParameters, type SimulatorRequest } from './request.ts';
import { summarize } from './summary.ts';

/** Checks its own input, and so takes it as it came. */
type ControlRoute = (operations: Operations, input: never) => unknown;

const PREFIX = '/_control/';

const ROUTES: Readonly<Record<string, ControlRoute>> = {
  'POST users': (operations, input) => operations.registerUser(input),
  'POST clients': (operations, input) => operations.registerClient(input),
  'POST consent': (operations, input) => operations.consent(input),
  'POST grant-codes': (operations, input) => operations.issueGrantCode(input),
  'POST faults': (operations, input) => operations.addFault(input),
  'POST faults/clear': (operations, input) => operations.clearFaults(input),
  'POST settings': (operations, input) => operations.changeSettings(input),
  'POST actions/revoke': (operations, input) => operations.revokeRefreshToken(input),
  'POST actions/evict-oldest': (operations, input) => operations.evictOldest(input),
  'POST actions/change-password': (operations, input) => operations.changePassword(input),
  'POST actions/remove-app': (operations, input) => operations.removeApp(input),
  'POST actions/disable-client': (operations, input) => operations.setClientDisabled(input),
  'POST actions/delete-client': (operations, input) => operations.deleteClient(input),
  'POST reset': (operations) => operations.reset(),
};

/** Whether a request is for the control API, which no fault ever touches. */
export function isControl({ url }: SimulatorRequest): boolean {
  return url.pathname.startsWith(PREFIX);
}

/** Answers a request to the control API: JSON in, JSON out, 400 with the reason for input that it cannot use. */
export async function answerControl(
  context: SimulatorContext,
  operations: Operations,
  request: SimulatorRequest,
): Promise<Answer> {
  const name = request.url.pathname.slice(PREFIX.length);
  if (request.method === 'GET' && name === 'state') return json(summarize(context));
  if (request.method === 'GET' && name === 'journal') return json({ entries: context.journal.entries });
  if (request.method === 'GET' && name === 'faults') {
    return json({ faults: context.faults.list(context.nowMs()) });
  }
  const key = `${request.method} ${name}`;
  const route = ROUTES[key];
  if (!route) return refusal(404, `there is no ${key}; there are: ${Object.keys(ROUTES).join(', ')}`);
  try {
    const result = route(operations, (await readInput(request)) as never);
    return isForm(request) ? seeOther('/') : json(result ?? {});
  } catch (error) {
    if (error instanceof z.ZodError) return refusal(400, z.prettifyError(error));
    if (error instanceof OperationError) return refusal(400, error.message);
    throw error;
  }
}

/** A script posts JSON; a button on the start page posts a form whose field `json` holds the same. */
async function readInput(request: SimulatorRequest): Promise<unknown> {
  const text = isForm(request)
    ? ((await readParameters(request)).get('json') ?? '')
    : request.body.toString('utf8');
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new OperationError('the body is not JSON');
  }
}

function isForm({ headers }: SimulatorRequest): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

function refusal(status: number, message: string): Answer {
  return json({ error: 'invalid_request', message }, status);
}
