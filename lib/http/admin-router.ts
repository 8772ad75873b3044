import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { AdminRequest } from '../workflows/admin-operation.ts';
import { readAdminRequest } from './admin.ts';
import { answerFaults } from './answer-faults.ts';
import type { AnswerOf, InputOf, RouteContract } from './contract.ts';
import { parseRequest } from './parse-request.ts';
import { NO_SUCH_ROUTE, NOT_AN_ADMIN, type Problem } from './problem.ts';
import { json, problem, seeOther } from './response.ts';

/** What a route's work comes to. */
export type RouteOutcome<C extends RouteContract> =
  | { readonly kind: 'succeeded'; readonly answer: AnswerOf<C> }
  | { readonly kind: 'refused'; readonly problem: Problem };

type RouteResult =
  | { readonly kind: 'succeeded'; readonly status: number; readonly answer: object }
  | { readonly kind: 'redirected'; readonly location: string }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** A route, with whatever it takes and answers kept to itself. */
export interface AdminRoute {
  readonly contract: RouteContract;
  readonly respond: (event: APIGatewayProxyEvent, request: AdminRequest) => Promise<RouteResult>;
}

/** A route: its contract, and what is done with a request that keeps to it. */
export function adminRoute<C extends RouteContract>(
  contract: C,
  work: (input: InputOf<C>, request: AdminRequest, event: APIGatewayProxyEvent) => Promise<RouteOutcome<C>>,
): AdminRoute {
  return {
    contract,
    respond: async (event, request) => {
      const parsed = parseRequest(event, contract);
      if (parsed.kind === 'invalid') return { kind: 'refused', problem: parsed.problem };
      const outcome = await work(parsed.input, request, event);
      if (outcome.kind === 'refused') return outcome;
      const { answer } = outcome;
      return contract.success.schema === null && 'location' in answer
        ? { kind: 'redirected', location: answer.location }
        : { kind: 'succeeded', status: contract.success.status, answer };
    },
  };
}

/** The Lambda handler of a function with routes for admins, and for nobody else. */
export function createAdminHandler(logger: Logger, routes: readonly AdminRoute[]) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(injectLambdaContext(logger))
    .use(answerFaults(logger))
    .handler(async (event) => {
      const result = await respond(routes, event);
      switch (result.kind) {
        case 'succeeded':
          return json(result.status, result.answer);
        case 'redirected':
          return seeOther(result.location);
        case 'refused': {
          const { requestId } = event.requestContext;
          const { type, title, status, code: failureCode } = result.problem;
          const route = `${event.httpMethod} ${event.resource}`;
          logger.warn(`${route} refused: ${title}`, {
            code: 'REQUEST_REFUSED',
            route,
            status,
            problem: type,
            failureCode,
            apiRequestId: requestId,
          });
          return problem(result.problem, requestId);
        }
      }
    });
}

async function respond(routes: readonly AdminRoute[], event: APIGatewayProxyEvent): Promise<RouteResult> {
  const request = readAdminRequest(event);
  if (!request) return { kind: 'refused', problem: NOT_AN_ADMIN };
  const { httpMethod, resource } = event;
  const route = routes.find(({ contract }) => contract.method === httpMethod && contract.path === resource);
  if (!route) return { kind: 'refused', problem: NO_SUCH_ROUTE };
  return route.respond(event, request);
}
