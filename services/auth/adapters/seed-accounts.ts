import type { Role } from '@cartwright/kernel/schemas';
import { v7 } from 'uuid';
import type { PasswordHasher, Users } from '../ports.ts';

/** Accounts of a local machine, printed by `npm start`. They are never made in production. */
const seedAccounts: readonly { email: string; password: string; name: string; role: Role }[] = [
  { email: 'admin@cartwright.test', password: 'admin-Passw0rd!', name: 'Admin', role: 'admin' },
  { email: 'staff@cartwright.test', password: 'staff-Passw0rd!', name: 'Staff', role: 'staff' },
  { email: 'support@cartwright.test', password: 'support-Passw0rd!', name: 'Support', role: 'support' },
  { email: 'ada@cartwright.test', password: 'customer-Passw0rd!', name: 'Ada', role: 'customer' },
];

export async function addSeedAccounts(users: Users, hasher: PasswordHasher): Promise<void> {
  for (const { email, password, name, role } of seedAccounts) {
    if ((await users.byEmail(email)) !== undefined) continue;
    await users.add({ id: v7(), email, name, roles: [role] }, await hasher.hash(password)); // undefined: another copy of the service was first
  }
}
