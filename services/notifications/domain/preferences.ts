import { ruleOf } from './templates.ts';
import type { Channel, TemplateName } from './templates.ts';

/** What a customer has said of each event and channel. */
export type EventWishes = Readonly<Partial<Record<TemplateName, Readonly<Partial<Record<Channel, boolean>>>>>>;

/** What a customer wants to get beside what is essential. */
export interface Preferences {
  /** The language of messages, as a BCP 47 tag; null: as the order was placed in. */
  readonly locale: string | null;
  readonly email: { readonly updates: boolean };
  readonly sms: { readonly updates: boolean; /** E.164, such as +14155550100. */ readonly phone: string | null };
  /** What is not named here follows `updates` of its channel; live messages are shown. */
  readonly events: EventWishes;
}

export const defaultPreferences: Preferences = {
  locale: null,
  email: { updates: true },
  sms: { updates: false, phone: null },
  events: {},
};

/** The channels by which a message goes out. Essential messages always go by e-mail; texts only to those who asked for them. */
export function channelsFor(template: TemplateName, { email, sms, events }: Preferences): Channel[] {
  const { essential, channels } = ruleOf(template);
  const said = events[template] ?? {};
  const wanted = {
    email: essential || (said.email ?? email.updates),
    sms: sms.phone !== null && (said.sms ?? sms.updates),
    live: said.live ?? true,
  };
  return channels.filter((channel) => wanted[channel]);
}

/** What somebody wants no more by e-mail: one kind of message, or everything that is not essential. */
export type OptOut = TemplateName | '*';

/** Preferences after an unsubscription, or after it was taken back. */
export function withOptOut(preferences: Preferences, optOut: OptOut, wanted: boolean): Preferences {
  const { events } = preferences;
  if (optOut !== '*') return { ...preferences, events: { ...events, [optOut]: { ...events[optOut], email: wanted } } };
  const others = Object.entries(events).map(([event, { email: _, ...said }]) => [event, said]);
  return { ...preferences, email: { updates: wanted }, events: Object.fromEntries(others) as EventWishes };
}
