import { setTimeout as delay } from 'node:timers/promises';
import { Customer, ShopError } from '../shop/client.ts';

/** How long somebody tries again while the shop answers nothing, or that it cannot now. */
const patienceMs = 90_000;
const pauseMs = 250;

/** A customer who tries again, as people and their browsers do, while the shop is away: never after a clear no. */
export class PatientCustomer extends Customer {
  readonly #stopped: AbortSignal;
  readonly #count: (what: string) => void;
  readonly #credentials: { readonly email: string; readonly password: string } | undefined;

  constructor(
    url: string,
    parts: { stopped: AbortSignal; count: (what: string) => void; credentials?: { email: string; password: string } },
  ) {
    super(url);
    this.#stopped = parts.stopped;
    this.#count = parts.count;
    this.#credentials = parts.credentials;
  }

  override async ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const until = Date.now() + patienceMs;
    let loggedInAgain = false;
    for (;;) {
      try {
        return await super.ask<T>(method, path, body, headers);
      } catch (error) {
        if (
          error instanceof ShopError &&
          error.status === 401 &&
          this.#credentials !== undefined &&
          !path.endsWith('/login') &&
          !loggedInAgain
        ) {
          loggedInAgain = true;
          // An access token lives five minutes, less where a clock is off.
          await this.logIn(this.#credentials.email, this.#credentials.password);
          continue;
        }
        const again =
          !(error instanceof ShopError) || error.status >= 500 || error.status === 429 || error.problem['code'] === 'request_in_progress';
        if (!again) throw error;
        this.#count(error instanceof ShopError ? String(error.status) : 'no answer');
        if (Date.now() > until || this.#stopped.aborted) throw error;
        await delay(pauseMs);
      }
    }
  }
}
