/** A connection that the keeper does not have; the message names those that it has. */
export class UnknownConnectionError extends Error {
  readonly code = 'UNKNOWN_CONNECTION';
}

/** A principal that no policy can name alone; the message says whom to grant instead. */
export class UngrantableError extends Error {
  readonly code = 'UNGRANTABLE';
}

/** What a reader is to be made from cannot be used; the message names each property and what is expected there. */
export class TokenReaderError extends Error {
  readonly code = 'TOKEN_READER_INVALID';
}

/** The functions' code is not where it should be; the message says where, and what puts it there. */
export class FunctionCodeMissingError extends Error {
  readonly code = 'FUNCTION_CODE_MISSING';
}
