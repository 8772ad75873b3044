import type { AwsError } from './service.ts';

/** An error on its way to the client. */
export interface Refusal {
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: string;
}

const FORM = 'application/x-www-form-urlencoded';
const DENIED = 'AccessDeniedException';

/**
 * Puts an error into the protocol that a service speaks: S3's XML, the query protocol's, or JSON. What JSON services call
 * `AccessDeniedException` and answer with 400 is `AccessDenied` in XML; there, as in REST, it is 403.
 *
 * @param requestType the request's content type: SES speaks the query protocol in its first version, REST in its second
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function toRefusal(service: string, error: AwsError, requestType = ''): Refusal {
  const { code, message, statusCode } = error;
  const isQuery = requestType.startsWith(FORM);
  const isXml = isQuery || service === 's3';
  const status = code === DENIED && (isXml || service === 'ses') ? 403 : statusCode;
  if (!isXml) {
    const body = JSON.stringify({ __type: code, message });
    return { statusCode: status, contentType: 'application/x-amz-json-1.1', body };
  }
  const content = `<Code>${code === DENIED ? 'AccessDenied' : code}</Code><Message>${escapeXml(message)}</Message>`;
  const element = `<Error>${content}</Error>`;
  const body = isQuery ? `<ErrorResponse>${element}</ErrorResponse>` : element;
  return { statusCode: status, contentType: 'application/xml', body };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
