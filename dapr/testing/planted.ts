// What tests and the demo put into a running instance, and no log may hold. Whoever adds a test with another password, name or address of a person,
// adds it here.

/** Something that no log may hold. */
export interface Forbidden {
  readonly what: string;
  readonly form: RegExp;
  /** Whether what has the form is what it looks like. */
  readonly holds?: (text: string) => boolean;
}

const oneOf = (texts: readonly string[]): string => texts.map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)).join('|');

const literally = (what: string, ...texts: readonly string[]): Forbidden => ({ what, form: new RegExp(oneOf(texts), 'gi') });

export const forbidden: readonly Forbidden[] = [
  literally(
    'a password',
    ...['Passw0rd', 'a good Passphrase', 'another Passphrase', 'a right long Passphrase', 'planted Passphrase', 'long-enough-1'],
  ),
  literally('a name', 'Grace Example', 'Planted Person', 'Planted Name', ' Planted"'),
  literally('an address', 'Main Street', 'Side Street', 'Planted Street'),
  literally('a device', 'PlantedBrowser/'),
  { what: 'an e-mail address', form: /[\w.+-]+@(?:[\w-]+\.)*(?:example\.(?:com|net|org|test)|customers\.test|cartwright\.test)\b/gi },
  { what: 'a phone number', form: /(?<![\w.+-])\+(?:49|1415)\d{6,}/g },
  { what: 'an access token', form: /\beyJ[\w-]{8,}\.eyJ[\w-]+/g },
  { what: 'a refresh token', form: /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[\w-]{43}\.[\w-]{43}/g },
  { what: 'a key to an order', form: /(?:order-?key|accessKey)\\?["']?\s*[=:]\s*\\?["']?[\w-]{43}\b/gi },
  { what: 'a means of payment', form: /\btok_(?:ok|3ds|slow|declined|insufficient_funds|timeout)\b/g },
  {
    what: 'a card number',
    // Not the id of a span: of so many, sixteen random hexadecimal digits, one reads like a card now and then.
    form: /(?<![\w.-]|spanId"\s*:\s*")(?:4\d{15}|5[1-5]\d{14}|3[47]\d{13}|6011\d{12})(?![\w.-])/gi,
    holds: isCardNumber,
  },
];

/** The instance's own secrets, as they are. */
export function forbiddenSecrets(secrets: readonly string[]): Forbidden[] {
  return secrets.length === 0 ? [] : [{ what: 'a secret of the instance', form: new RegExp(oneOf(secrets), 'g') }];
}

/** Luhn's check, by which card numbers are told from other numbers (ISO/IEC 7812-1). */
function isCardNumber(digits: string): boolean {
  const sum = Array.from(digits, Number)
    .toReversed()
    .reduce((total, digit, index) => {
      const doubled = index % 2 === 0 ? digit : digit * 2;
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return sum % 10 === 0;
}
