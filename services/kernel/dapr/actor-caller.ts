import { createHmac } from 'node:crypto';

/** The header in which a caller of an actor's method shows that it is the app that hosts the actor. Sidecars hand it on. */
export const actorCallerHeader = 'cartwright-actor-caller';

const known = new Map<string, string>();

/** What callers show: made from the app's own token, which all its copies and their sidecars have and no other app, and telling nothing of it. */
export function actorCallerToken(appToken: string): string {
  let token = known.get(appToken);
  if (token === undefined) {
    token = createHmac('sha256', appToken).update('calls an actor').digest('base64url');
    known.set(appToken, token);
  }
  return token;
}
