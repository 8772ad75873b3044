/**
 * An error as S3 answers it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export class S3Error extends Error {
  readonly code: string;
  readonly statusCode: number;
  /** What else the answer's document holds, such as the key. */
  readonly details: Readonly<Record<string, string>>;
  /** What else the answer's header holds. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    statusCode: number,
    code: string,
    message: string,
    { details = {}, headers = {} }: Partial<Pick<S3Error, 'details' | 'headers'>> = {},
  ) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
    this.details = details;
    this.headers = headers;
  }
}

export function invalidArgument(message: string): S3Error {
  return new S3Error(400, 'InvalidArgument', message);
}

export function invalidRequest(message: string): S3Error {
  return new S3Error(400, 'InvalidRequest', message);
}

/** @param what what the request asks for, such as a header */
export function notImplemented(what: string): S3Error {
  return new S3Error(501, 'NotImplemented', `The twin's S3 does not know ${what}.`);
}
