/** What a link in a mail is good for: proving an address, setting a forgotten password, taking another address. */
export type LinkPurpose = 'verify' | 'reset' | 'change';

/** Seconds that a link can be used. */
export const linkSeconds: Readonly<Record<LinkPurpose, number>> = { verify: 3 * 24 * 3600, reset: 30 * 60, change: 3600 };

/** Most links of one purpose that an account is sent in an hour: a stranger who asks for more fills somebody's mailbox. */
export const mostLinksPerHour = 5;

/** What using a link makes void: a password set anew, or another address, leaves nothing behind for who had the old ones. */
export const endedBy: Readonly<Record<LinkPurpose, readonly LinkPurpose[]>> = {
  verify: ['verify'],
  reset: ['reset', 'change'],
  change: ['verify', 'reset', 'change'],
};

/**
 * What a new password makes void, however it was set: whoever knew the old one may have asked to move the account, and may read the mailbox that a
 * forgotten password was asked for.
 */
export const endedByNewPassword: readonly LinkPurpose[] = endedBy.reset;
