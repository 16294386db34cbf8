import type { ActorsApi, ReminderSchedule } from '@cartwright/kernel/dapr/actors';
import { every } from '@cartwright/kernel/every';
import type { Logger } from '@cartwright/kernel/telemetry/logger';

export interface LateRemindersOptions {
  /** How long a reminder may turn out not to be needed after all, before the scheduler is asked; 30 s unless told. */
  readonly afterMs?: number;
  /** How often what is due is registered, and what failed is tried again; a second unless told. */
  readonly everyMs?: number;
  readonly now?: () => number;
}

/** A reminder that will be registered. */
interface Armed {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly schedule: ReminderSchedule;
  readonly dueAt: number;
}

/** More than are made in half a minute. */
const mostArmed = 100_000;

/**
 * Registers reminders some time after they were asked for, outside of the turn. The scheduler writes each to disk: a turn that waits for it is slow
 * on a busy disk, and impossible while the scheduler is away. Most carts are ordered within the time, and need no reminder at all.
 *
 * The price: what is armed is in memory. A process that is killed loses it; the actor arms it again with the next change after that. So this is for
 * reminders whose loss costs nothing but a hint.
 */
export class LateReminders {
  readonly #actors: Pick<ActorsApi, 'registerReminder'>;
  readonly #log: Logger;
  readonly #afterMs: number;
  readonly #now: () => number;
  /** The one that is due first is first. */
  readonly #armed = new Map<string, Armed>();
  readonly #sweeping;

  constructor(
    actors: Pick<ActorsApi, 'registerReminder'>,
    log: Logger,
    { afterMs = 30_000, everyMs = 1000, now = Date.now }: LateRemindersOptions = {},
  ) {
    this.#actors = actors;
    this.#log = log;
    this.#afterMs = afterMs;
    this.#now = now;
    this.#sweeping = every(everyMs, 'reminders', log, () => this.sweep());
  }

  /** Registers the reminder when its time has come; once more in the meantime makes it later. */
  arm(type: string, id: string, name: string, schedule: ReminderSchedule): void {
    const key = keyOf(type, id, name);
    this.#armed.delete(key);
    const [oldest] = this.#armed.size >= mostArmed ? this.#armed.keys() : [];
    if (oldest !== undefined) {
      this.#armed.delete(oldest);
      this.#log.warn({ reminder: oldest }, 'too many reminders wait: the oldest is forgotten');
    }
    this.#armed.set(key, { type, id, name, schedule, dueAt: this.#now() + this.#afterMs });
  }

  /** Forgets a reminder that was not registered yet. */
  cancel(type: string, id: string, name: string): void {
    this.#armed.delete(keyOf(type, id, name));
  }

  /** Registers what is due. Where that fails, it stays armed, and so does all behind it. */
  async sweep(until: number = this.#now()): Promise<void> {
    for (const [key, armed] of this.#armed) {
      if (armed.dueAt > until) return;
      await this.#actors.registerReminder(armed.type, armed.id, armed.name, armed.schedule);
      if (this.#armed.get(key) === armed) this.#armed.delete(key); // else it was armed again meanwhile
    }
  }

  /** Registers all that is armed; what cannot be is told in the log. */
  async close(): Promise<void> {
    await this.#sweeping.stop();
    await this.sweep(Infinity).catch((error: unknown) => {
      this.#log.warn({ error, reminders: this.#armed.size }, 'reminders could not be registered');
    });
  }
}

function keyOf(type: string, id: string, name: string): string {
  return `${type}/${id}/${name}`;
}
