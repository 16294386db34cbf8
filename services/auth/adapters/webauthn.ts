import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { passkeyChallengeSeconds } from '../domain/passkeys.ts';
import type { BrowserJson, Ceremonies } from '../passkey-ports.ts';

/** Where passkeys are good. */
export interface RelyingParty {
  /** The domain that they are bound to; they are good below it too. */
  readonly id: string;
  /** Where the shop's pages come from. */
  readonly origins: readonly string[];
}

/** Reads `PASSKEY_RP_ID` and `PASSKEY_ORIGINS` (with commas between); the gateway's address says both unless told. Throws where they do not fit. */
export function readRelyingParty(environment: NodeJS.ProcessEnv, gatewayUrl: string): RelyingParty {
  const origins = (environment['PASSKEY_ORIGINS'] ?? new URL(gatewayUrl).origin).split(',').map((one) => new URL(one.trim()).origin);
  const id = environment['PASSKEY_RP_ID'] ?? new URL(origins[0] ?? gatewayUrl).hostname;
  for (const origin of origins) {
    const { hostname } = new URL(origin);
    if (hostname !== id && !hostname.endsWith(`.${id}`)) throw new Error(`PASSKEY_ORIGINS holds ${origin}, which is not below ${id}`);
  }
  return { id, origins };
}

const timeout = passkeyChallengeSeconds * 1000;

/** WebAuthn by @simplewebauthn/server. The person has to show a thumb or a PIN: a passkey alone lets in. */
export function ceremoniesOf({ id: rpID, origins }: RelyingParty): Ceremonies {
  const expected = { expectedOrigin: [...origins], expectedRPID: rpID, requireUserVerification: true };
  return {
    async registration({ id, email, name }, known) {
      const options = await generateRegistrationOptions({
        rpName: 'Cartwright',
        rpID,
        userID: new Uint8Array(Buffer.from(id)),
        userName: email,
        userDisplayName: name,
        timeout,
        attestationType: 'none',
        excludeCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports: [...transports] })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      return { challenge: options.challenge, options: { ...options } };
    },

    async authentication() {
      const options = await generateAuthenticationOptions({ rpID, timeout, userVerification: 'required' });
      return { challenge: options.challenge, options: { ...options } };
    },

    challengeOf,

    async checkRegistration(response, expectedChallenge) {
      const checked = await orWrong(() =>
        verifyRegistrationResponse({ ...expected, response: response as unknown as RegistrationResponseJSON, expectedChallenge }),
      );
      if (checked?.registrationInfo === undefined) return undefined;
      const { credential, credentialBackedUp } = checked.registrationInfo;
      const { id: credentialId, publicKey, counter, transports = [] } = credential;
      return { credentialId, publicKey, counter, transports, isBackedUp: credentialBackedUp };
    },

    async checkAuthentication(response, expectedChallenge, { userId, credentialId, publicKey }) {
      if (userHandleOf(response) !== userId) return undefined;
      // The counter is compared where it is kept, so that of two at once one is seen to be late.
      const credential = { id: credentialId, publicKey: new Uint8Array(publicKey), counter: 0 };
      const checked = await orWrong(() =>
        verifyAuthenticationResponse({
          ...expected,
          response: response as unknown as AuthenticationResponseJSON,
          expectedChallenge,
          credential,
        }),
      );
      if (checked?.verified !== true) return undefined;
      const { newCounter, credentialBackedUp } = checked.authenticationInfo;
      return { counter: newCounter, isBackedUp: credentialBackedUp };
    },
  };
}

/** The library throws at the first thing that is wrong; it asks nobody, so nothing else can go wrong in it. */
async function orWrong<T>(check: () => Promise<T>): Promise<T | undefined> {
  try {
    return await check();
  } catch {
    return undefined;
  }
}

function challengeOf(response: BrowserJson): string | undefined {
  try {
    const { clientDataJSON } = response['response'] as { clientDataJSON: string };
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as { challenge?: unknown };
    return typeof challenge === 'string' && /^[\w-]{1,100}$/.test(challenge) ? challenge : undefined;
  } catch {
    return undefined; // not what a browser would send
  }
}

/** The account that the device says the passkey is of; discoverable ones always do. */
function userHandleOf(response: BrowserJson): string | undefined {
  const { userHandle } = response['response'] as { userHandle?: unknown };
  return typeof userHandle === 'string' ? Buffer.from(userHandle, 'base64url').toString('utf8') : undefined;
}
