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

/** Asks all dependencies at once; one that does not answer within two seconds has failed. `failed` is told why, for the log. */
export async function readiness(checks: readonly ReadinessCheck[], failed: (name: string, error: unknown) => void): Promise<Readiness> {
  const results = await Promise.all(
    checks.map(async ({ name, check }) => {
      try {
        await Promise.race([check(), timeout(name)]);
        return [name, 'ok'] as const;
      } catch (error) {
        failed(name, error);
        return [name, 'failed'] as const;
      }
    }),
  );
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
}

function timeout(name: string): Promise<never> {
  return new Promise((_, fail) => {
    setTimeout(() => {
      fail(new Error(`${name} did not answer within ${String(withinMs)} ms`));
    }, withinMs).unref();
  });
}
