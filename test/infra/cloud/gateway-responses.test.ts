import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { beforeAll, describe, expect, it } from 'vitest';
import { GatewayResponses } from '../../../infra/cloud/gateway-responses.ts';
import { PROBLEMS, problemType } from '../../../lib/http/problem.ts';
import { json } from '../../../lib/http/response.ts';

interface Properties {
  readonly ResponseType: string;
  readonly StatusCode?: string;
  readonly ResponseParameters: Record<string, string>;
  readonly ResponseTemplates: Record<string, string>;
}

let responses: readonly Properties[];

beforeAll(() => {
  const stack = new Stack();
  const api = new RestApi(stack, 'Api');
  api.root.addMethod('GET', new MockIntegration());
  new GatewayResponses(stack, 'Responses', api);
  const found = Template.fromStack(stack).findResources('AWS::ApiGateway::GatewayResponse');
  responses = Object.values(found).map((resource) => resource.Properties as Properties);
});

/** What a client gets, when API Gateway has replaced the one variable. */
function bodyOf({ ResponseTemplates }: Properties): Record<string, unknown> {
  return JSON.parse(ResponseTemplates['application/json']?.replace('$context.requestId', 'id-1') ?? '');
}

function headersOf({ ResponseParameters }: Properties): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ResponseParameters).map(([name, value]) => [
      name.replace(/^gatewayresponse\.header\./, '').toLowerCase(),
      value.replace(/^'([^']*)'$/, '$1'),
    ]),
  );
}

const nameOf = (properties: Properties) => String(bodyOf(properties).type).split(':').at(-1) ?? '';

describe('what API Gateway answers by itself', () => {
  it('names its problem and its status by the type of the refusal', () => {
    const answers = responses.map((response) => [
      response.ResponseType,
      response.StatusCode ?? 'its own',
      nameOf(response),
    ]);
    expect(answers.sort()).toEqual([
      ['ACCESS_DENIED', '403', 'access-denied'],
      ['BAD_REQUEST_BODY', '400', 'invalid-request'],
      ['DEFAULT_4XX', 'its own', 'request-refused'],
      ['DEFAULT_5XX', 'its own', 'gateway-failed'],
      ['EXPIRED_TOKEN', '401', 'unauthenticated'],
      ['INTEGRATION_FAILURE', '502', 'function-failed'],
      ['INTEGRATION_TIMEOUT', '504', 'answer-overdue'],
      ['INVALID_SIGNATURE', '401', 'unauthenticated'],
      ['MISSING_AUTHENTICATION_TOKEN', '404', 'no-such-route'],
      ['QUOTA_EXCEEDED', '429', 'quota-exceeded'],
      ['REQUEST_TOO_LARGE', '413', 'request-too-large'],
      ['RESOURCE_NOT_FOUND', '404', 'no-such-route'],
      ['THROTTLED', '429', 'throttled'],
      ['UNAUTHORIZED', '401', 'unauthenticated'],
      ['UNSUPPORTED_MEDIA_TYPE', '415', 'unsupported-media-type'],
    ]);
  });

  it('is a problem document with the request’s id, and says what to do', () => {
    for (const response of responses) {
      const { StatusCode } = response;
      expect(bodyOf(response), response.ResponseType).toEqual({
        type: expect.stringMatching(/^urn:zoho-token-recovery:problem:[a-z-]+$/),
        title: expect.stringMatching(/\w/),
        ...(StatusCode === undefined ? {} : { status: Number(StatusCode) }),
        detail: expect.stringMatching(/\. (Sign|Ask|GET|Send|Try|Look)[^.]*/),
        requestId: 'id-1',
      });
      expect(headersOf(response)['content-type']).toBe('application/problem+json');
    }
  });

  it('repeats nothing of the request: the request’s id is its only variable', () => {
    for (const { ResponseTemplates, ResponseParameters } of responses) {
      const text = JSON.stringify([ResponseTemplates, ResponseParameters]);
      expect(text.replace('$context.requestId', '')).not.toMatch(/\$|method\.|context\.|stageVariables/);
      for (const value of Object.values(ResponseParameters)) expect(value).toMatch(/^'[^']*'$/);
      // CloudFormation and HTTP headers are no places for other characters.
      expect(text).toMatch(/^[\x20-\x7e]*$/);
    }
  });

  it('bears the headers of the functions’ own answers', () => {
    const { 'content-type': _, ...everyAnswer } = json(200, {}).headers ?? {};
    for (const response of responses) expect(headersOf(response)).toMatchObject(everyAnswer);
  });

  it('says when to come back where it throttles, and how to sign in where nobody is', () => {
    for (const response of responses) {
      const headers = headersOf(response);
      if (response.StatusCode === '429') expect(headers['retry-after']).toMatch(/^\d+$/);
      else expect(headers).not.toHaveProperty('retry-after');
      if (response.StatusCode === '401') expect(headers['www-authenticate']).toBe('Bearer');
      else expect(headers).not.toHaveProperty('www-authenticate');
    }
  });

  it('agrees with the functions on every problem that they have too', () => {
    const shared = responses.filter((response) => nameOf(response) in PROBLEMS);
    expect(shared.map(nameOf)).toEqual(expect.arrayContaining(['no-such-route', 'request-too-large']));
    for (const response of shared) {
      const name = nameOf(response) as keyof typeof PROBLEMS;
      expect(bodyOf(response)).toMatchObject({ type: problemType(name), ...PROBLEMS[name] });
    }
  });
});
