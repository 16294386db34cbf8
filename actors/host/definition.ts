import type { Static, TSchema } from 'typebox';

export interface MethodSchemas {
  readonly input: TSchema;
  readonly output: TSchema;
}

/** What an actor type promises: its methods with their schemas, and its reminders. Clients need no more than this. */
export interface ActorDefinition<M extends Record<string, MethodSchemas> = Record<string, MethodSchemas>> {
  /** Dapr's actor type, as in `Cart`. */
  readonly type: string;
  /** The only names that can be called. */
  readonly methods: M;
  readonly reminders: readonly string[];
  /** A turn that takes longer has failed, and can commit no more. 5 s unless told. */
  readonly turnTimeoutMs?: number;
}

export type MethodsOf<D> =
  D extends ActorDefinition<infer M> ? { [K in keyof M]: (input: Static<M[K]['input']>) => Promise<Static<M[K]['output']>> } : never;

export function defineActor<const M extends Record<string, MethodSchemas>>(definition: ActorDefinition<M>): ActorDefinition<M> {
  return definition;
}
