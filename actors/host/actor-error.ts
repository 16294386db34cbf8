/** An actor's refusal: it changed nothing. `code` is stable, goes over the wire, and means the same on both sides. */
export class ActorError extends Error {
  override readonly name = 'ActorError';
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/**
 * What a method answers over the wire. A refusal is an answer, not a failure: Dapr would turn any status but 200 into an error of
 * its own, retry it, and drop the code.
 */
export type ActorAnswer =
  | { readonly ok: unknown }
  | { readonly refused: { readonly code: string; readonly message: string; readonly details: Readonly<Record<string, unknown>> } };
