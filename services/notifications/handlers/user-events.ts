import { UserDeleted } from '@cartwright/kernel/events/user-deleted';
import { UserRegistered } from '@cartwright/kernel/events/user-registered';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { LiveMessages, MessageJob, Messages, PreferencesStore } from '../ports.ts';

export interface UserHandlerParts {
  readonly messages: Messages;
  readonly preferences: Pick<PreferencesStore, 'remove'>;
  readonly live: Pick<LiveMessages, 'forget'>;
  readonly start: (...jobs: readonly MessageJob[]) => void;
}

/** Greets those who register, and forgets those who leave. */
export function userEvents({ messages, preferences, live, start }: UserHandlerParts): Handler[] {
  return [
    on(UserRegistered, {
      apply: async ({ id, data: { userId } }, unit) => {
        const jobs = await messages.claim(unit, { eventId: id, template: 'welcome', orderId: null, userId, data: {} });
        unit.afterCommit(() => {
          start(...jobs);
        });
      },
    }),
    on(UserDeleted, {
      apply: async ({ data: { userId } }, unit) => {
        await messages.forgetUser(unit, userId);
        await preferences.remove(unit, userId);
        await live.forget(unit, userId);
      },
    }),
  ];
}
