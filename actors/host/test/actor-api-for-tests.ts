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
  /** Where calls of clients go. */
  host: ((type: string, id: string, method: string, input: unknown) => Promise<unknown>) | undefined;

  async invoke(type: string, id: string, method: string, input: unknown): Promise<unknown> {
    return this.host?.(type, id, method, input);
  }

  getState(type: string, id: string, key: string): Promise<unknown> {
    const text = this.store.get(`${type}/${id}/${key}`);
    return Promise.resolve(text === undefined ? undefined : (JSON.parse(text) as unknown));
  }

  saveState(type: string, id: string, operations: readonly StateOperation[]): Promise<void> {
    if (this.failNextSave !== undefined) {
      const error = this.failNextSave;
      this.failNextSave = undefined;
      return Promise.reject(error);
    }
    this.saves.push([...operations]);
    for (const { operation, request } of operations) {
      if (operation === 'delete') this.store.delete(`${type}/${id}/${request.key}`);
      else this.store.set(`${type}/${id}/${request.key}`, JSON.stringify(request.value));
    }
    return Promise.resolve();
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
