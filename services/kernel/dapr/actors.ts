import { actorCallerHeader, actorCallerToken } from './actor-caller.ts';
import { SidecarUnavailable } from './errors.ts';
import { sidecarError } from './transport.ts';
import type { Transport } from './transport.ts';

export interface StateOperation {
  readonly operation: 'upsert' | 'delete';
  readonly request: { readonly key: string; readonly value?: unknown };
}

export interface ReminderSchedule {
  /** Until the first tick, as Go writes durations: `30s`, `24h`. */
  readonly dueTime: string;
  /** Between ticks. A reminder without one is dropped after three failures, so all of ours have one. */
  readonly period: string;
  readonly data?: unknown;
}

/** Dapr's actor API, as a host and its callers need it. */
export interface ActorsApi {
  /** Answers what the actor's method answered. Throws SidecarError when it threw, SidecarUnavailable when nothing came back in time. */
  invoke(type: string, id: string, method: string, input: unknown, timeoutMs?: number): Promise<unknown>;
  /** One key of an actor's state; undefined when it is not there. A stored null, 0, false or '' comes back as it was. */
  getState(type: string, id: string, key: string): Promise<unknown>;
  /** Writes all or nothing (where the store is transactional). */
  saveState(type: string, id: string, operations: readonly StateOperation[]): Promise<void>;
  registerReminder(type: string, id: string, name: string, schedule: ReminderSchedule): Promise<void>;
  unregisterReminder(type: string, id: string, name: string): Promise<void>;
}

const json = { 'content-type': 'application/json' };

/** `appToken` is that of the app itself: what it hosts lets nobody else call. Without it no actor of ours can be called. */
export function actorsApi(transport: Transport, appToken?: string): ActorsApi {
  const calling = appToken === undefined ? json : { ...json, [actorCallerHeader]: actorCallerToken(appToken) };
  const pathOf = (type: string, id: string): string => `/v1.0/actors/${encodeURIComponent(type)}/${encodeURIComponent(id)}`;

  async function change(what: string, method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<void> {
    const answer = await transport.send({
      method,
      path,
      headers: json,
      body: body === undefined ? null : JSON.stringify(body),
      timeoutMs: 5000,
    });
    if (answer.status >= 300) throw sidecarError(what, answer);
  }

  return {
    async invoke(type, id, method, input, timeoutMs = 5000) {
      const path = `${pathOf(type, id)}/method/${encodeURIComponent(method)}`;
      const answer = await transport.send({ method: 'PUT', path, headers: calling, body: JSON.stringify(input ?? null), timeoutMs });
      if (answer.status >= 300) throw sidecarError(`${type} ${method}`, answer);
      // Our hosts always say something: nothing is what Dapr answers for one that was killed meanwhile.
      if (answer.text === '') throw new SidecarUnavailable(`${type} ${method} was cut off`);
      return JSON.parse(answer.text) as unknown;
    },
    async getState(type, id, key) {
      const answer = await transport.send({ method: 'GET', path: `${pathOf(type, id)}/state/${encodeURIComponent(key)}`, timeoutMs: 5000 });
      if (answer.status === 204 || answer.status === 404) return undefined;
      if (answer.status >= 300) throw sidecarError(`State of ${type}`, answer);
      return answer.text === '' ? undefined : (JSON.parse(answer.text) as unknown);
    },
    async saveState(type, id, operations) {
      await change(`State of ${type}`, 'POST', `${pathOf(type, id)}/state`, operations);
    },
    async registerReminder(type, id, name, schedule) {
      await change(`Reminder of ${type}`, 'POST', `${pathOf(type, id)}/reminders/${encodeURIComponent(name)}`, schedule);
    },
    async unregisterReminder(type, id, name) {
      await change(`Reminder of ${type}`, 'DELETE', `${pathOf(type, id)}/reminders/${encodeURIComponent(name)}`);
    },
  };
}
