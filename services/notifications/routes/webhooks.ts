import { Problem, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Type } from 'typebox';
import type { DeliveryNews, NewsReaders, ReadNews } from '../delivery-ports.ts';
import { closed } from './schemas.ts';

const Received = Type.Object({ received: Type.Boolean() }, closed);

/** Where providers tell what became of messages. What they tell counts by their signatures alone. */
export function webhookRoutes(news: Pick<DeliveryNews, 'take'>, readers: NewsReaders): Route[] {
  const webhook = (provider: keyof NewsReaders, summary: string, query?: typeof CallbackQuery): Route =>
    route({
      method: 'POST',
      path: `/api/notifications/webhooks/${provider}`,
      summary,
      tags: ['webhooks'],
      access: 'anyone',
      query: query ?? Nothing,
      rawBody: true,
      bodyLimit: 1024 * 1024,
      responses: { 200: Received, 400: Problem, 404: Problem },
      handle: async ({ headers, body, ctx, log }) => {
        const read: ReadNews | undefined = readers[provider];
        if (read === undefined) throw notFound('route');
        for (const one of read({ headers, body: body as unknown as Buffer, url: ctx.url })) {
          if ((await news.take(one)) === 'unknown')
            log.debug({ provider, message: one.messageId }, 'a provider told of a message that is not ours');
        }
        return { body: { received: true } };
      },
    });
  return [
    webhook('sendgrid', 'SendGrid’s events, signed by SendGrid; 404 where its key is not configured'),
    webhook('twilio', 'Twilio’s status callbacks, signed by Twilio; 404 where Twilio is not configured', CallbackQuery),
  ];
}

const Nothing = Type.Object({}, closed);
const CallbackQuery = Type.Object(
  { message: Type.Optional(Type.String({ maxLength: 100 })), sent: Type.Optional(Type.String({ maxLength: 20 })) },
  closed,
);
