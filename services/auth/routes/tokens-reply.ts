import type { Reply } from '@cartwright/kernel/http/route';
import { accessTokenSeconds } from '../adapters/signing-keys.ts';
import type { Granted } from '../domain/grant.ts';
import { viewOf } from './schemas.ts';

/** The answer to who has proved who they are. */
export function tokensReply(status: number, { user, accessToken, refreshToken, deviceToken }: Granted): Reply {
  const headers = { 'cache-control': 'no-store' };
  const device = deviceToken === undefined ? {} : { deviceToken };
  return { status, headers, body: { user: viewOf(user), accessToken, refreshToken, ...device, expiresIn: accessTokenSeconds } };
}
