import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { OPERATOR } from './access-keys.ts';
import { renderXml, type XmlContent } from './render-xml.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/**
 * The stand-in for STS, which knows of one caller only: the operator.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function createStsServer(accountId: string): Server {
  return createServer(async (request, response) => {
    const action = new URLSearchParams(await text(request)).get('Action');
    const isKnown = action === 'GetCallerIdentity';
    response.writeHead(isKnown ? 200 : 400, { 'content-type': 'text/xml' });
    response.end(isKnown ? identityOf(accountId) : refusalOf(action));
  });
}

function identityOf(accountId: string): string {
  return render('GetCallerIdentityResponse', {
    GetCallerIdentityResult: {
      Arn: `arn:aws:iam::${accountId}:user/${OPERATOR}`,
      UserId: OPERATOR,
      Account: accountId,
    },
    ResponseMetadata: { RequestId: randomUUID() },
  });
}

function refusalOf(action: string | null): string {
  const Message = `The twin's STS does not know ${action}.`;
  return render('ErrorResponse', {
    Error: { Type: 'Sender', Code: 'InvalidAction', Message },
    RequestId: randomUUID(),
  });
}

function render(root: string, content: XmlContent): string {
  return renderXml(root, content, NAMESPACE);
}
