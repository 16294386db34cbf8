const removed = '[removed]';

/** Fields that shall never be in a log, wherever they stand; compared without case, `-` and `_`. */
const secretFields = new Set(
  [
    ...['password', 'newPassword', 'currentPassword', 'passwordHash', 'secret', 'clientSecret', 'apiKey', 'signature'],
    ...['token', 'accessToken', 'refreshToken', 'resetToken', 'idToken', 'daprApiToken', 'appToken', 'daprToken'],
    ...['authorization', 'proxyAuthorization', 'cookie', 'setCookie', 'accessKey', 'orderKey', 'stripeSignature', 'paypalTransmissionSig'],
    ...['email', 'phone', 'recipient', 'shippingAddress', 'billingAddress', 'address', 'line1', 'line2', 'postalCode', 'fullName'],
    ...['cardNumber', 'cvc', 'iban'],
  ].map(plain),
);

const deepest = 6;

/** A copy of what is to be logged, without the values of secret and personal fields. Errors become their description. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return withoutSecretsInText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${String(value.byteLength)} bytes]`;
  if (depth >= deepest) return '[deeper]';
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => withoutSecrets(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    copy[name] = secretFields.has(plain(name)) && item !== undefined && item !== null ? removed : withoutSecrets(item, depth + 1);
  }
  return copy;
}

const emailForm = /[^\s@"'<>()=,;:]{1,64}@[^\s@"'<>()=,;:]{1,255}/g;
const tokenForm = /\b(?:eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?|(?:sk|rk|whsec|SG)[_.][\w.-]{8,})/g;
const phoneForm = /\+\d{8,15}\b/g;
const credentialsInUrl = /(:\/\/[^/\s:@]*:)[^/\s@]+@/g;

/** A text without what has the form of an e-mail address, a token, a provider's key, or a password in an address. */
export function withoutSecretsInText(text: string): string {
  let clean = text;
  if (clean.includes('@'))
    clean = clean.replace(credentialsInUrl, `$1${removed}@`).replace(emailForm, (match) => (match.includes(removed) ? match : removed));
  if (/eyJ|[sr]k_|whsec_|SG\./.test(clean)) clean = clean.replace(tokenForm, removed);
  return clean.includes('+') ? clean.replace(phoneForm, removed) : clean;
}

interface DescribedError {
  type: string;
  message: string;
  code?: string;
  status?: number;
  stack?: string;
  cause?: DescribedError;
}

/** An error with its causes, without the values that database drivers put beside the message (`detail` holds a row's content). */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'what was thrown is no error' };
  const { code, status } = error as { code?: unknown; status?: unknown };
  return {
    type: error.name,
    message: withoutSecretsInText(withoutStatement(error.message)),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(error.stack === undefined ? {} : { stack: framesOf(error.stack) }),
    ...(error.cause === undefined || depth >= deepest ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

/** MikroORM puts the statement with its values before the reason: `insert into … values ('ada@…') - duplicate key …`. */
function withoutStatement(message: string): string {
  return /^\s*(insert|update|delete|select|with)\b/i.test(message) ? (message.split(' - ').at(-1) ?? '') : message;
}

function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .join('\n');
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}
