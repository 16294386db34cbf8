import type { ReadPersonData } from '@cartwright/kernel/http/person-data';
import type { Passkeys } from '../passkey-ports.ts';
import type { Addresses, SecondFactors, SecurityLog, Sessions, Users } from '../ports.ts';

const pageLength = 200;

export interface OwnDataParts {
  readonly users: Pick<Users, 'byId'>;
  readonly addresses: Pick<Addresses, 'list'>;
  readonly sessions: Pick<Sessions, 'list'>;
  readonly passkeys: Pick<Passkeys, 'list'>;
  readonly factors: Pick<SecondFactors, 'find'>;
  readonly log: Pick<SecurityLog, 'list'>;
}

/** What auth itself holds about a person. Hashes, and what codes are made from, are left out: they say nothing to anybody, and would help who steals the document. */
export function ownPersonData({ users, addresses, sessions, passkeys, factors, log }: OwnDataParts): ReadPersonData {
  return async (userId, after) => {
    const events = await log.list({ userId, beforeId: after, limit: pageLength });
    const securityEvents = events.map(({ userId: _, ...event }) => event);
    const next = events.length < pageLength ? null : (events.at(-1)?.id ?? null);
    if (after !== undefined) return { data: { securityEvents }, next };
    const [known, kept, open, keys, factor] = await Promise.all([
      users.byId(userId),
      addresses.list(userId),
      sessions.list(userId),
      passkeys.list(userId),
      factors.find(userId),
    ]);
    const account = known === undefined ? [] : [{ ...known.user, passwordSince: known.passwordSince }];
    const devices = open.map(({ id, createdAt, usedAt, device }) => ({ id, createdAt, usedAt, device }));
    const secondFactor = factor === undefined ? [] : [{ confirmedAt: factor.confirmedAt, recoveryCodesLeft: factor.recoveryCodesLeft }];
    return { data: { account, addresses: kept, sessions: devices, passkeys: keys, secondFactor, securityEvents }, next };
  };
}
