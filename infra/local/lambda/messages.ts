import type { SharedClock } from '../clock.ts';

/** What a worker thread is started with. */
export interface RuntimeData {
  readonly clock: SharedClock;
  /** The bundle's module, as a file URL. */
  readonly moduleUrl: string;
  readonly exportName: string;
  readonly functionArn: string;
}

/** One invocation, to the worker. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly eventJson: string;
  readonly timeoutMs: number;
}

/** An error in the shape in which Lambda reports it to the caller. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** From the worker. The payload is JSON, as it travels between Lambda and its caller. */
export type RuntimeMessage =
  | { readonly kind: 'initialized' }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly kind: 'succeeded'; readonly payloadJson: string }
  | { readonly kind: 'failed'; readonly error: FunctionError };

/** How one invocation ended. */
export type InvocationOutcome =
  | { readonly kind: 'succeeded'; readonly payload: unknown }
  | { readonly kind: 'failed'; readonly error: FunctionError }
  | { readonly kind: 'throttled' };
