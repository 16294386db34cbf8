import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { LinkPurpose } from './domain/account-links.ts';
import type { Addressee } from './ports.ts';

/** A link that was asked for, and can still be used. */
export interface AccountLink {
  readonly id: string;
  readonly userId: string;
  readonly purpose: LinkPurpose;
  /** Where it was sent. */
  readonly email: string;
}

/** Links in mails. */
export interface AccountLinks {
  /** Has a link sent. Answers false when the account was sent as many as one may have in an hour, or is gone. */
  request(link: Omit<AccountLink, 'id'>, unit?: UnitOfWork): Promise<boolean>;
  /** What to write in the mail. undefined: it is of no use any more. */
  toSend(id: string): Promise<
    | (Addressee & {
        readonly purpose: LinkPurpose;
        readonly token: string;
        /** RFC 3339. */
        readonly expiresAt: string;
      })
    | undefined
  >;
  /** The newest link of a purpose that an account can still use. undefined: there is none. */
  waiting(
    userId: string,
    purpose: LinkPurpose,
  ): Promise<
    | {
        readonly email: string;
        /** RFC 3339. */
        readonly expiresAt: string;
      }
    | undefined
  >;
  /** Makes all links of these purposes void that an account was sent, in the caller's transaction or in one of its own. */
  withdraw(userId: string, purposes: readonly LinkPurpose[], unit?: UnitOfWork): Promise<void>;
  /** The link of a token. undefined: invented, used, expired, or for something else. */
  read(token: string, ...purposes: readonly LinkPurpose[]): Promise<AccountLink | undefined>;
  /** Uses a link up, and others with it (`endedBy`). Answers false when somebody was faster. */
  use(unit: UnitOfWork, link: AccountLink): Promise<boolean>;
}

/** Forgotten passwords, seen to after the answer. */
export interface ForgottenPasswords {
  /** Keeps the request. It takes the same time whether there is an account or not. */
  keep(email: string, network: string | undefined): Promise<void>;
}
