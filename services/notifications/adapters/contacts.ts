import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import type { Contact, Contacts } from '../ports.ts';
import { askerOver } from './ask.ts';

/** Contacts, asked from the services that keep personal data, each time: nothing of them is stored here. */
export function contactsOver(dapr: Pick<Sidecar, 'invoke'>): Contacts {
  const ask = askerOver(dapr);
  return {
    ofOrder: (orderId) => ask('orders', `/internal/orders/${orderId}/contact`),
    ofUser: (userId) => ask('auth', `/internal/users/${userId}/contact`),
    async ofLink(linkId) {
      const found = await ask<Contact & NonNullable<Contact['link']>>('auth', `/internal/account-links/${linkId}`);
      if (found === undefined) return undefined;
      const { email, name, locale = null, purpose, token, expiresAt } = found;
      return { email, name, locale, link: { purpose, token, expiresAt } };
    },
    async ofNotice(noticeId) {
      const found = await ask<Contact & NonNullable<Contact['notice']>>('auth', `/internal/security-notices/${noticeId}`);
      if (found === undefined) return undefined;
      const { email, name, locale = null, kind, at } = found;
      return { email, name, locale, notice: { kind, at } };
    },
  };
}
