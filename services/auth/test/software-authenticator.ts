import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id?: string };
  readonly user: { readonly id: string };
}

interface RequestOptions {
  readonly challenge: string;
  readonly rpId?: string;
}

export interface AuthenticatorOptions {
  /** The page that the browser shows. */
  readonly origin: string;
  /** Counts signatures; one that does not says 0 each time. */
  readonly counts?: boolean;
}

const [userPresent, userVerified, attested] = [0x01, 0x04, 0x40];

/**
 * A device that makes passkeys and signs by them (ES256), and the browser around it: what `navigator.credentials` would answer, as JSON. What it says can be
 * bent by its fields.
 */
export class SoftwareAuthenticator {
  origin: string;
  counter = 0;
  verifiesUser = true;
  userHandle: string | undefined;
  readonly credentialId = randomBytes(32).toString('base64url');
  readonly #counts: boolean;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;

  constructor({ origin, counts = true }: AuthenticatorOptions) {
    this.origin = origin;
    this.#counts = counts;
    ({ privateKey: this.#privateKey, publicKey: this.#publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  }

  create(options: Record<string, unknown>): Record<string, unknown> {
    const { challenge, rp, user } = options as unknown as CreationOptions;
    this.userHandle = user.id;
    const id = Buffer.from(this.credentialId, 'base64url');
    const attestedData = Buffer.concat([Buffer.alloc(16), lengthOf(id.length), id, this.#coseKey()]);
    const data = Buffer.concat([this.#authenticatorData(rp.id ?? '', attested), attestedData]);
    // CBOR: {"fmt": "none", "attStmt": {}, "authData": <bytes>}
    const attestation = Buffer.concat([
      Buffer.from([0xa3]),
      ...[
        text('fmt'),
        text('none'),
        text('attStmt'),
        Buffer.from([0xa0]),
        text('authData'),
        Buffer.from([0x59]),
        lengthOf(data.length),
        data,
      ],
    ]);
    const response = {
      clientDataJSON: this.#clientData('webauthn.create', challenge).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    };
    return this.#credential(response);
  }

  get(options: Record<string, unknown>): Record<string, unknown> {
    const { challenge, rpId = '' } = options as unknown as RequestOptions;
    const data = this.#authenticatorData(rpId, 0);
    const clientData = this.#clientData('webauthn.get', challenge);
    const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), this.#privateKey);
    return this.#credential({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: this.userHandle,
    });
  }

  #credential(response: object): Record<string, unknown> {
    const { credentialId: id } = this;
    return { id, rawId: id, type: 'public-key', authenticatorAttachment: 'platform', clientExtensionResults: {}, response };
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  #authenticatorData(rpId: string, flags: number): Buffer {
    if (this.#counts) this.counter++;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const flag = userPresent | (this.verifiesUser ? userVerified : 0) | flags;
    return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flag]), counter]);
  }

  /** COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y} */
  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' });
    const coordinate = (value: string) => Buffer.concat([Buffer.from([0x58, 0x20]), Buffer.from(value, 'base64url')]);
    const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]);
    return Buffer.concat([head, coordinate(x), Buffer.from([0x22]), coordinate(y)]);
  }
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes);
  return length;
}

/** CBOR of a text shorter than 24 bytes. */
function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);
}
