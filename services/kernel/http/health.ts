/** A dependency that readiness asks, by its name. */
export interface ReadinessCheck {
  readonly name: string;
  readonly check: () => Promise<void>;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
}

const withinMs = 2000;

/**
 * Asks all dependencies at once; one that does not answer within `timeoutMs` has failed. Who asks while an answer is on its way gets
 * the same one, so that asking often is no load. `failed` is told why, for the log.
 */
export function readinessProbe(
  checks: readonly ReadinessCheck[],
  failed: (name: string, error: unknown) => void,
  timeoutMs = withinMs,
): () => Promise<Readiness> {
  let asking: Promise<Readiness> | undefined;
  async function ask(): Promise<Readiness> {
    const results = await Promise.all(
      checks.map(async ({ name, check }) => {
        try {
          await within(timeoutMs, check);
          return [name, 'ok'] as const;
        } catch (error) {
          failed(name, error);
          return [name, 'failed'] as const;
        }
      }),
    );
    return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
  }
  return () =>
    (asking ??= ask().finally(() => {
      asking = undefined;
    }));
}

async function within(timeoutMs: number, check: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      fail(new Error(`No answer within ${String(timeoutMs)} ms`));
    }, timeoutMs);
  });
  try {
    await Promise.race([check(), late]);
  } finally {
    clearTimeout(timer);
  }
}
