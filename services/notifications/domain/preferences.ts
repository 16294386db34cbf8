import { ruleOf } from './templates.ts';
import type { Channel, TemplateName } from './templates.ts';

/** What a customer wants to get beside what is essential. */
export interface Preferences {
  /** The language of messages, as a BCP 47 tag; null: as the order was placed in. */
  readonly locale: string | null;
  readonly email: { readonly updates: boolean };
  readonly sms: { readonly updates: boolean; /** E.164, such as +14155550100. */ readonly phone: string | null };
}

export const defaultPreferences: Preferences = { locale: null, email: { updates: true }, sms: { updates: false, phone: null } };

/** The channels by which a message goes out. Essential messages always go by e-mail; texts only to those who asked for them. */
export function channelsFor(template: TemplateName, { email, sms }: Preferences): Channel[] {
  const { essential, channels } = ruleOf(template);
  return channels.filter((channel) => (channel === 'email' ? essential || email.updates : sms.updates && sms.phone !== null));
}
