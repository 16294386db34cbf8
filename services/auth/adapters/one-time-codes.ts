import { Secret, TOTP } from 'otpauth';
import { renderSVG } from 'uqr';
import type { OneTimeCodes } from '../ports.ts';

const issuer = 'Cartwright';
/** What all apps can do (RFC 6238 as they know it): SHA-1, six digits, thirty seconds. */
const shape = { issuer, algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** RFC 4226: as long as what SHA-1 answers. */
const secretBytes = 20;
/** One step before and after: clocks differ, and people type. */
const window = 1;

export const oneTimeCodes: OneTimeCodes = {
  newSecret: () => new Secret({ size: secretBytes }).base32,
  stepOf(secret, digits, at) {
    const timestamp = at.getTime();
    const delta = TOTP.validate({ ...shape, token: digits, secret: Secret.fromBase32(secret), timestamp, window });
    return delta === null ? undefined : TOTP.counter({ period: shape.period, timestamp }) + delta;
  },
  forApp(secret, email) {
    const uri = new TOTP({ ...shape, label: email, secret }).toString();
    return { uri, picture: `data:image/svg+xml;base64,${Buffer.from(renderSVG(uri)).toString('base64')}` };
  },
};
