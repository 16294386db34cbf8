import { AccountLinkRequested } from '@cartwright/kernel/events/account-link-requested';
import { SecurityNoticed } from '@cartwright/kernel/events/security-noticed';
import { UserDeleted } from '@cartwright/kernel/events/user-deleted';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { BackInStockRequests } from '../alert-ports.ts';
import { isTemplate } from '../domain/templates.ts';
import type { LiveMessages } from '../live-ports.ts';
import type { MessageJob, Messages, NewMessage, PreferencesStore } from '../ports.ts';

export interface UserHandlerParts {
  readonly messages: Messages;
  readonly preferences: Pick<PreferencesStore, 'remove'>;
  readonly live: Pick<LiveMessages, 'forget'>;
  readonly backInStock: Pick<BackInStockRequests, 'forget'>;
  readonly start: (...jobs: readonly MessageJob[]) => void;
}

/** Sends the links and notices of accounts, and forgets those who leave. Who registers is greeted by the link that proves the address: one mail, not two. */
export function userEvents({ messages, preferences, live, backInStock, start }: UserHandlerParts): Handler[] {
  async function tell(unit: UnitOfWork, message: NewMessage): Promise<void> {
    const jobs = await messages.claim(unit, message);
    unit.afterCommit(() => {
      start(...jobs);
    });
  }

  return [
    on(AccountLinkRequested, {
      apply: async ({ id, data: { userId, linkId, purpose } }, unit) => {
        const template = `account-${purpose}`;
        // A purpose that a newer auth knows, and we do not: nobody could write that mail here.
        if (isTemplate(template)) await tell(unit, { eventId: id, template, orderId: null, userId, data: { linkId } });
      },
    }),
    on(SecurityNoticed, {
      apply: ({ id, data: { userId, noticeId } }, unit) =>
        tell(unit, { eventId: id, template: 'security-notice', orderId: null, userId, data: { noticeId } }),
    }),
    on(UserDeleted, {
      apply: async ({ data: { userId } }, unit) => {
        await backInStock.forget(unit, userId); // first: it finds an address by the messages that went there
        await messages.forgetUser(unit, userId);
        await preferences.remove(unit, userId);
        await live.forget(unit, userId);
      },
    }),
  ];
}
