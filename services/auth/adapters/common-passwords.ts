import { dictionary } from '@zxcvbn-ts/language-common';

const common: ReadonlySet<string> = new Set(dictionary['passwords-common']);

/** Whether a password, in lower case, is among the fifty thousand that are tried first (the list of zxcvbn). */
export function isCommonPassword(password: string): boolean {
  return common.has(password);
}
