/**
 * A fault that the keeper can name: `code` is stable and safe to alert on, `message` says what happened, to what, and
 * what to do next. Neither ever contains a secret.
 */
export abstract class KeeperError extends Error {
  abstract readonly code: string;

  /** The code: a class's own name does not survive the bundler's minifying. */
  override get name(): string {
    return this.code;
  }
}
