/** One call to an AWS service that speaks JSON with the operation in `X-Amz-Target` (AWS JSON 1.0 and 1.1). */
export interface AwsCall {
  /** The operation, such as `GetSecretValue`. */
  readonly operation: string;
  /** The request's body, parsed; not yet checked. */
  readonly input: unknown;
  /** Who calls: the name of the function whose access key signed, or `operator` for any other key. */
  readonly principal: string;
}

/** A stand-in for one AWS service: answers a call with the response's body, or throws an {@link AwsError}. */
export type AwsService = (call: AwsCall) => Promise<object>;

/** An error as AWS answers it: the SDK turns `code` into the exception's name. */
export class AwsError extends Error {
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
  }
}
