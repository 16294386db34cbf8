/**
 * An administrator's access token for a command: `ACCESS_TOKEN`, or, on a local stack, that of its seed account.
 * Throws an error that says what to do where there is none.
 */
export async function administratorToken(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const given = environment['ACCESS_TOKEN'];
  if (given !== undefined) return given;
  if (environment['CARTWRIGHT_INSTANCE'] === undefined) throw new Error('ACCESS_TOKEN is not set: an access token of an administrator');
  const response = await fetch(`${environment['AUTH_URL'] ?? ''}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@cartwright.test', password: 'admin-Passw0rd!' }),
  }).catch((error: unknown) => {
    throw new Error('auth does not answer: npm run health:check tells why', { cause: error });
  });
  if (!response.ok) throw new Error(`The seed administrator cannot log in: ${String(response.status)}`);
  return ((await response.json()) as { accessToken: string }).accessToken;
}
