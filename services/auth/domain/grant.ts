import type { Sessions, TokenSigner, User } from '../ports.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { hashesOf, newRefreshToken, writeRefreshToken } from './refresh-token.ts';

/** Where a request comes from. */
export interface Origin {
  /** The customer's network address. */
  readonly address: string;
  /** What the browser calls itself. */
  readonly device: string;
}

/** What a client gets for having proved who it is. */
export interface Granted {
  readonly user: User;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Shown at the next log-in, it keeps who guesses from slowing this device down. Not there when a session goes on. */
  readonly deviceToken?: string;
}

export interface GrantParts {
  readonly sessions: Sessions;
  readonly signer: TokenSigner;
  readonly devices: DeviceTokens;
  readonly now: () => Date;
}

/** Begins a session, and answers its first tokens. */
export async function grant(
  { sessions, signer, devices, now }: GrantParts,
  user: User,
  sessionId: string,
  { device }: Pick<Origin, 'device'>,
): Promise<Granted> {
  const token = newRefreshToken(sessionId);
  const at = now().toISOString();
  await sessions.start({
    id: sessionId,
    userId: user.id,
    ...hashesOf(token),
    createdAt: at,
    usedAt: at,
    device: device.slice(0, 200),
  });
  const deviceToken = devices.issue(user.id);
  return { user, accessToken: await signer.sign(user, sessionId), refreshToken: writeRefreshToken(token), deviceToken };
}
