/** Why a password is not taken. */
export type PasswordFault = 'common' | 'own_name';

export interface PasswordOwner {
  readonly email?: string;
  readonly name?: string;
}

/**
 * What is wrong with a new password, beside its length (NIST SP 800-63B: no rules of composition, but nothing that is tried first): one that many have,
 * or the owner's own name or address.
 */
export function faultOf(
  password: string,
  isCommon: (password: string) => boolean,
  { email = '', name = '' }: PasswordOwner = {},
): PasswordFault | undefined {
  const plain = fold(password);
  if (isCommon(plain)) return 'common';
  const own = [email, email.split('@')[0] ?? '', name, name.replaceAll(/\s/g, '')].map(fold);
  return own.includes(plain) ? 'own_name' : undefined;
}

function fold(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
