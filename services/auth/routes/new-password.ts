import { unprocessable } from '@cartwright/kernel/http/problem';
import { faultOf } from '../domain/password.ts';
import type { PasswordFault, PasswordOwner } from '../domain/password.ts';

/** Lets a new password pass. Throws 422 that names the field where it is one of those that are tried first. */
export type JudgePassword = (password: string, owner?: PasswordOwner) => void;

const messages: Readonly<Record<PasswordFault, string>> = {
  common: 'is used by many, and tried first',
  own_name: 'is your name or address, and tried first',
};

export function passwordJudge(isCommon: (password: string) => boolean): JudgePassword {
  return (password, owner) => {
    const fault = faultOf(password, isCommon, owner);
    if (fault === undefined) return;
    const errors = [{ field: '/password', rule: fault, message: messages[fault] }];
    throw unprocessable('weak_password', `The password ${messages[fault]}`, errors);
  };
}
