import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Uuid } from '../schemas.ts';
import { route } from './route.ts';
import type { Route } from './route.ts';

/** A page of what a service holds about a person, by what it is: `orders`, `payments` … */
export const PersonData = Type.Object({
  data: Type.Record(Type.String(), Type.Array(Type.Unknown())),
  next: Type.Union([Type.String(), Type.Null()], { description: 'Where the next page begins; null: that is all' }),
});
export type PersonData = Static<typeof PersonData>;

/** Reads a page of what the service holds about a user: the first one, or from where another ended. */
export type ReadPersonData = (userId: string, after: string | undefined) => Promise<PersonData>;

/** `GET /internal/people/:id/data`: what auth asks every service when somebody wants to know what the shop knows of them. */
export function personDataRoute(read: ReadPersonData): Route {
  return route({
    method: 'GET',
    path: '/internal/people/:id/data',
    summary: 'What this service holds about a user, page by page',
    access: { callers: ['auth'] },
    params: Type.Object({ id: Uuid }, { additionalProperties: false }),
    query: Type.Object({ after: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) }, { additionalProperties: false }),
    responses: { 200: PersonData },
    handle: async ({ params, query }) => ({ body: await read(params.id, query.after), headers: { 'cache-control': 'no-store' } }),
  });
}
