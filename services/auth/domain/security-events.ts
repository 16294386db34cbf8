/** What the audit log knows, and of which of it the owner is told by e-mail. */
export const securityEvents = {
  registered: { notify: false },
  signed_in: { notify: false },
  sign_in_failed: { notify: false },
  signed_out: { notify: false },
  session_ended: { notify: false },
  refresh_token_reused: { notify: true },
  password_changed: { notify: true },
  password_reset_requested: { notify: false },
  password_reset: { notify: true },
  address_verification_requested: { notify: false },
  address_verified: { notify: false },
  address_change_requested: { notify: true },
  address_changed: { notify: true },
  second_factor_enabled: { notify: true },
  second_factor_disabled: { notify: true },
  second_factor_asked: { notify: false },
  second_factor_failed: { notify: false },
  // Somebody knows the password, and has guessed codes until there were no more tries.
  second_factor_guessed: { notify: true },
  recovery_codes_made: { notify: true },
  recovery_code_used: { notify: true },
  passkey_added: { notify: true },
  passkey_removed: { notify: true },
  // A signature that counts lower than an earlier one: there is a copy of the key.
  passkey_copied: { notify: true },
  roles_changed: { notify: false },
  data_exported: { notify: false },
  api_key_made: { notify: false },
  api_key_rotated: { notify: false },
  api_key_revoked: { notify: false },
  account_deleted: { notify: false },
  signing_key_made: { notify: false },
  signing_key_withdrawn: { notify: false },
} as const satisfies Record<string, { notify: boolean }>;

export type SecurityEventKind = keyof typeof securityEvents;
export const securityEventKinds = Object.keys(securityEvents) as SecurityEventKind[];

/** Whether the owner of the account hears of it. */
export function isNotified(kind: SecurityEventKind): boolean {
  return securityEvents[kind].notify;
}
