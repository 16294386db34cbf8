import type { Role } from '../schemas.ts';
import { roles } from '../schemas.ts';

interface PermissionDefinition {
  /** What whoever has it may do, beyond what is their own. */
  readonly what: string;
  readonly roles: readonly Role[];
  /** Never given to a machine's key: it would make more of itself. */
  readonly peopleOnly?: true;
}

/** Who may do what: the one table that the rules of all services' routes name rows of. `npm run docs:permissions` brings docs/API.md up to date. */
export const permissions = {
  'products.read': { what: 'See drafts, imports and changes of prices', roles: ['support', 'staff', 'admin'] },
  'products.write': { what: 'Change products, prices and categories; import and export them', roles: ['staff', 'admin'] },
  'search.manage': { what: 'Build the search index anew', roles: ['staff', 'admin'] },
  'reviews.read': { what: 'See reviews that wait or were rejected, and what customers reported', roles: ['support', 'staff', 'admin'] },
  'reviews.moderate': { what: 'Approve and reject reviews', roles: ['staff', 'admin'] },
  'orders.read': { what: 'See everybody’s orders', roles: ['support', 'staff', 'admin'] },
  'orders.cancel': { what: 'Cancel everybody’s orders, while that is lawful', roles: ['support', 'staff', 'admin'] },
  'orders.return': { what: 'Ask for a return in a customer’s name', roles: ['support', 'staff', 'admin'] },
  'orders.fulfil': { what: 'Ship and deliver orders', roles: ['staff', 'admin'] },
  'orders.refund': { what: 'Refund orders; receive and reject returns', roles: ['staff', 'admin'] },
  'coupons.manage': { what: 'Make and change coupons', roles: ['staff', 'admin'] },
  'payments.read': { what: 'See everybody’s payments', roles: ['support', 'staff', 'admin'] },
  'payments.books': { what: 'See the ledger; compare payments with the providers’ records', roles: ['staff', 'admin'] },
  'payments.retry': { what: 'Have a provider asked again for what it has refused: to let go, or to give back', roles: ['staff', 'admin'] },
  'stock.read': { what: 'See the movements and settings of stock', roles: ['support', 'staff', 'admin'] },
  'stock.write': { what: 'Count, adjust and set stock', roles: ['staff', 'admin'] },
  'messages.read': { what: 'Search the messages that were sent', roles: ['support', 'staff', 'admin'] },
  'messages.suppressions': {
    what: 'Have an address written to again after it bounced or complained',
    roles: ['support', 'staff', 'admin'],
  },
  'security.audit': { what: 'Read the audit log of accounts', roles: ['staff', 'admin'] },
  'dead-letters.manage': { what: 'See, replay and close events that could not be applied', roles: ['admin'] },
  'accounts.recover': { what: 'Take a lost second factor from an account', roles: ['admin'], peopleOnly: true },
  'roles.assign': { what: 'Give and take roles', roles: ['admin'], peopleOnly: true },
  'signing-keys.rotate': { what: 'Make a new signing key of access tokens', roles: ['admin'], peopleOnly: true },
  'api-keys.manage': { what: 'Make, rotate and revoke keys of machines', roles: ['admin'], peopleOnly: true },
} as const satisfies Record<string, PermissionDefinition>;

export type Permission = keyof typeof permissions;
export const allPermissions = Object.keys(permissions) as Permission[];

const table: Readonly<Record<Permission, PermissionDefinition>> = permissions;

/** Those that a machine's key may have. */
export const machinePermissions = allPermissions.filter((name) => table[name].peopleOnly !== true);

export function rolesWith(permission: Permission): readonly Role[] {
  return table[permission].roles;
}

/** What a role may do. */
export function permissionsOf(role: Role): Permission[] {
  return allPermissions.filter((name) => rolesWith(name).includes(role));
}

export function isPermission(value: unknown): value is Permission {
  return allPermissions.some((name) => name === value);
}

/** The table in Markdown. */
export function permissionTable(): string {
  const columns = roles.filter((role) => permissionsOf(role).length > 0);
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(['permission', 'what it lets do', ...columns, 'API key']),
    row(['---', '---', ...columns.map(() => '---'), '---']),
    ...allPermissions.map((name) => {
      const { what, peopleOnly } = table[name];
      const may = columns.map((role) => (rolesWith(name).includes(role) ? 'yes' : ''));
      return row([`\`${name}\``, what, ...may, peopleOnly === true ? '' : 'yes']);
    }),
  ].join('\n');
}
