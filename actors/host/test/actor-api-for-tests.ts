import type { ActorsApi, ReminderSchedule, StateOperation } from '@cartwright/kernel/dapr/actors';

/**
 * The sidecar's actor API in memory, to break it at will: state by actor and key as JSON, one transaction a save. What the real one does is
 * shown by the integration tests of orders (Cart) and inventory (Stock).
 */
export class ActorApiForTests implements ActorsApi {
  readonly store = new Map<string, string>();
  readonly saves: StateOperation[][] = [];
  readonly reminders = new Map<string, ReminderSchedule>();
  failNextSave: Error | undefined;
  /** Hooks that hold a call up. */
  beforeSave: (() => Promise<void>) | undefined;
  beforeGet: (() => Promise<void>) | undefined;
  /** Whether a read is under way. */
  reading = false;
  /** Where calls of clients go. */
  host: ((type: string, id: string, method: string, input: unknown) => Promise<unknown>) | undefined;

  async invoke(type: string, id: string, method: string, input: unknown): Promise<unknown> {
    return this.host?.(type, id, method, input);
  }

  async getState(type: string, id: string, key: string): Promise<unknown> {
    const text = this.store.get(`${type}/${id}/${key}`);
    this.reading = true;
    await this.beforeGet?.();
    this.reading = false;
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  }

  async saveState(type: string, id: string, operations: readonly StateOperation[]): Promise<void> {
    if (this.failNextSave !== undefined) {
      const error = this.failNextSave;
      this.failNextSave = undefined;
      throw error;
    }
    await this.beforeSave?.();
    this.saves.push([...operations]);
    for (const { operation, request } of operations) {
      if (operation === 'delete') this.store.delete(`${type}/${id}/${request.key}`);
      else this.store.set(`${type}/${id}/${request.key}`, JSON.stringify(request.value));
    }
  }

  registerReminder(type: string, id: string, name: string, schedule: ReminderSchedule): Promise<void> {
    this.reminders.set(`${type}/${id}/${name}`, schedule);
    return Promise.resolve();
  }

  unregisterReminder(type: string, id: string, name: string): Promise<void> {
    this.reminders.delete(`${type}/${id}/${name}`);
    return Promise.resolve();
  }
}
