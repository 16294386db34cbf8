import { RemoteProblem } from '@cartwright/kernel/dapr/errors';
import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';

/** Asks a service for a thing of its own. Undefined where the service itself says that there is none; its absence, or a proxy's 404, is something else. */
export function askerOver(dapr: Pick<Sidecar, 'invoke'>) {
  return async <Answer>(app: string, path: string): Promise<Answer | undefined> => {
    try {
      return await dapr.invoke<Answer>(app, { method: 'GET', path });
    } catch (error) {
      if (error instanceof RemoteProblem && error.status === 404 && error.code === 'not_found') return undefined;
      throw error;
    }
  };
}
