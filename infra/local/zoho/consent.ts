import { messagePage } from '../page.ts';
import type { Answer } from './answer.ts';
import { html, seeOther } from './answer.ts';
import type { AuthorizationRequest } from './authorization.ts';
import { accept, checkAuthorization, deny } from './authorization.ts';
import { consentPage } from './consent-page.ts';
import type { SimulatorContext } from './context.ts';
import type { SimulatorRequest } from './request.ts';
import type { ZohoCall } from './route.ts';

/** `GET /oauth/v2/auth` shows the consent page; its form posts the decision back to the same address. */
export function consentCall(
  context: SimulatorContext,
  request: SimulatorRequest,
  parameters: URLSearchParams,
): ZohoCall {
  return {
    group: 'consent',
    subject: { clientId: parameters.get('client_id'), refreshToken: null },
    serve() {
      const check = checkAuthorization(context, parameters, request.dataCenter);
      if (check.kind === 'invalid') return errorPage(check.error, check.message);
      if (request.method === 'POST') return decide(context, check.request, parameters);
      return html(consentPage(check.request, parameters, context.state.document.users));
    },
    throttled: () => errorPage('Access Denied', 'Too many requests. Try again after some time.', 429),
    wrongDataCenter: () => errorPage('invalid_client', 'This data centre does not know the client.'),
  };
}

function decide(
  context: SimulatorContext,
  request: AuthorizationRequest,
  parameters: URLSearchParams,
): Answer {
  if (parameters.get('decision') !== 'accept') return seeOther(deny(request).redirectUrl);
  const [email, zgid] = (parameters.get('account') ?? '').split(' ');
  const user = context.state.findUser(email ?? '');
  const organization = user?.organizations.find((candidate) => candidate.zgid === zgid);
  if (!user || !organization) {
    return errorPage('invalid_user', 'Choose one of the registered users, then accept.');
  }
  if (!context.origins.has(user.dataCenter)) {
    return errorPage('invalid_location', `Data centre ${user.dataCenter} of this user is not open.`);
  }
  const { redirectUrl } = accept(context, request, user, organization);
  return seeOther(redirectUrl);
}

function errorPage(error: string, message: string, status = 400): Answer {
  return html(messagePage('Authorization is not possible', `${error}: ${message}`), status);
}
