/** What goes back over HTTP, in either version's protocol. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** The error's code, which REST tells in a header. */
  readonly errorType?: string;
}
