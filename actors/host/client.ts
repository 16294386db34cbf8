import type { ActorsApi } from '@cartwright/kernel/dapr/actors';
import { ActorError } from './actor-error.ts';
import type { ActorAnswer } from './actor-error.ts';
import type { ActorDefinition, MethodSchemas, MethodsOf } from './definition.ts';

/**
 * Calls an actor through the sidecar, typed by its definition. A refusal is thrown as ActorError with its code; a turn that
 * failed as SidecarError; no answer in time as SidecarUnavailable: whether the turn was done is then not known.
 */
export function actorClient<M extends Record<string, MethodSchemas>>(
  dapr: { readonly actors: Pick<ActorsApi, 'invoke'> },
  definition: ActorDefinition<M>,
  id: string,
): MethodsOf<ActorDefinition<M>> {
  const methods = Object.keys(definition.methods).map((method) => [
    method,
    async (input: unknown) => {
      const answer = (await dapr.actors.invoke(
        definition.type,
        id,
        method,
        input,
        (definition.turnTimeoutMs ?? 5000) + 1000,
      )) as ActorAnswer;
      if ('refused' in answer) throw new ActorError(answer.refused.code, answer.refused.message, answer.refused.details);
      return answer.ok;
    },
  ]);
  return Object.fromEntries(methods) as MethodsOf<ActorDefinition<M>>;
}
