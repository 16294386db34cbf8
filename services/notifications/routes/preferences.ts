import { may } from '@cartwright/kernel/http/access';
import { invalidField } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Locale } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { isForStaff, ruleOf, templateNames } from '../domain/templates.ts';
import type { TemplateName } from '../domain/templates.ts';
import type { EventWishes, Preferences } from '../domain/preferences.ts';
import type { PreferencesStore, Renderer } from '../ports.ts';
import { staffAudience } from '../staff-audience.ts';
import { ChannelName, EventName, closed, nullable } from './schemas.ts';

const Wishes = Type.Object(
  { email: Type.Optional(Type.Boolean()), sms: Type.Optional(Type.Boolean()), live: Type.Optional(Type.Boolean()) },
  closed,
);

const PreferencesBody = Type.Object(
  {
    locale: Type.Optional(nullable(Locale)),
    email: Type.Object(
      { updates: Type.Boolean({ description: 'Messages that are not essential, such as that an order was shipped' }) },
      closed,
    ),
    sms: Type.Object(
      { updates: Type.Boolean(), phone: nullable(Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$', description: 'E.164' })) },
      closed,
    ),
    events: Type.Optional(
      Type.Object(Object.fromEntries(templateNames.map((name) => [name, Type.Optional(Wishes)])), {
        ...closed,
        description: 'What differs from `updates`, by event and channel',
      }),
    ),
  },
  closed,
);

const EventView = Type.Object(
  {
    event: EventName,
    about: Type.String({ description: 'In words of the language asked for' }),
    channels: Type.Array(ChannelName),
    essential: Type.Boolean({ description: 'Its e-mail comes whatever is wished' }),
  },
  closed,
);

/** What people want to be told, by which way and in which language. */
export function preferenceRoutes(
  preferences: Pick<PreferencesStore, 'of' | 'set'>,
  renderer: Pick<Renderer, 'about' | 'locales'>,
): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/notifications/events',
      summary: 'What there is to be told to whoever asks, by which channels; and the languages that there are',
      tags: ['preferences'],
      access: 'anyone',
      query: Type.Object({ locale: Type.Optional(Locale) }, closed),
      responses: { 200: Type.Object({ items: Type.Array(EventView), locales: Type.Array(Locale) }, closed) },
      handle: ({ query: { locale }, principal }) => ({
        body: {
          items: templateNames
            .filter((event) => !isForStaff(event) || may(principal, staffAudience[event]))
            .map((event) => {
              const { channels, essential } = ruleOf(event);
              return { event, about: renderer.about(event, locale), channels, essential };
            }),
          locales: renderer.locales,
        },
      }),
    }),
    route({
      method: 'GET',
      path: '/api/notifications/preferences',
      summary: 'What you want to be told, and how',
      tags: ['preferences'],
      access: 'signed-in',
      responses: { 200: PreferencesBody },
      handle: async ({ principal }) => ({ body: await preferences.of(principal.userId) }),
    }),
    route({
      method: 'PUT',
      path: '/api/notifications/preferences',
      summary: 'Sets what you want to be told; essential messages come by e-mail all the same',
      tags: ['preferences'],
      access: 'signed-in',
      body: PreferencesBody,
      responses: { 200: PreferencesBody },
      handle: async ({ principal, body }) => {
        const wished: Preferences = { ...body, locale: body.locale ?? null, events: body.events ?? {} };
        refuseNonsense(wished);
        await preferences.set(principal.userId, wished);
        return { body: wished };
      },
    }),
  ];
}

/** Throws where texts are wanted without a number, or an event does not go by a channel that is wished for it. */
function refuseNonsense({ sms, events }: Preferences): void {
  const texts = sms.updates || Object.values(events).some((wishes) => wishes.sms === true);
  if (texts && sms.phone === null) throw invalidField('/sms/phone', 'required', 'is needed for texts');
  for (const [event, wishes] of Object.entries(events) as [TemplateName, NonNullable<EventWishes[TemplateName]>][]) {
    const { channels, essential } = ruleOf(event);
    for (const channel of Object.keys(wishes)) {
      if (!(channels as readonly string[]).includes(channel))
        throw invalidField(`/events/${event}/${channel}`, 'channel', 'is no channel that this event goes by');
    }
    if (essential && wishes.email === false)
      throw invalidField(`/events/${event}/email`, 'essential', 'is essential: it comes by e-mail whatever is wished');
  }
}
