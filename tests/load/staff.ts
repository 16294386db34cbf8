import type { Stack } from '../stack.ts';

/** Address of a service's own port. Throws where the stack has no such service. */
export function serviceUrl(stack: Stack, name: string): string {
  const service = stack.services[name];
  if (service === undefined) throw new Error(`The stack has no ${name}`);
  return service.url;
}

/** What goes into the header `authorization` of a member of staff; good for five minutes. */
export async function staffToken({ gatewayUrl }: Stack): Promise<string> {
  const response = await fetch(`${gatewayUrl}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'staff@cartwright.test', password: 'staff-Passw0rd!' }),
  });
  if (!response.ok) throw new Error(`Staff cannot log in: ${String(response.status)}`);
  return `Bearer ${((await response.json()) as { accessToken: string }).accessToken}`;
}

const renewAfterMs = 180_000;

/** Answers a token that is good for a while yet, however long a run takes. */
export function staffTokens(stack: Stack): () => Promise<string> {
  let newest: { readonly at: number; readonly token: Promise<string> } | undefined;
  return () => {
    if (newest === undefined || performance.now() - newest.at > renewAfterMs) newest = { at: performance.now(), token: staffToken(stack) };
    return newest.token;
  };
}
