import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { authorize, customerOf, may } from '../../http/access.ts';
import type { Access, Principal } from '../../http/access.ts';
import { allPermissions, isPermission, machinePermissions, permissionTable, permissionsOf, rolesWith } from '../../http/permissions.ts';
import { roles } from '../../schemas.ts';

const user = (role: (typeof roles)[number]): Principal => ({ userId: 'u', sessionId: 's', roles: [role] });
const machine = (...permissions: Principal['permissions'] & object): Principal => ({ userId: 'k', sessionId: 'k', roles: [], permissions });

function statusOf(access: Access, principal: Principal | null): number {
  try {
    authorize(access, principal);
    return 200;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

describe('The table of permissions', () => {
  it('stands in docs/API.md as the program has it', () => {
    const script = join(import.meta.dirname, '../../http/document-permissions.ts');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect(stderr).to.equal('');
    expect(status).to.equal(0);
  });

  it('gives customers nothing beyond their own, and each role what those below it may', () => {
    expect(permissionsOf('customer')).to.deep.equal([]);
    expect(permissionsOf('staff')).to.include.members(permissionsOf('support'));
    expect(permissionsOf('admin')).to.deep.equal(allPermissions);
  });

  it('has no row for what nobody may, and keeps what makes more of itself from machines', () => {
    for (const permission of allPermissions) expect(rolesWith(permission), permission).not.to.have.length(0);
    expect(machinePermissions).not.to.include.members(['api-keys.manage']).and.not.to.include('roles.assign');
    expect(isPermission('orders.read')).to.equal(true);
    expect(isPermission('toString')).to.equal(false);
  });

  it('is written with a column for each role that it names', () => {
    expect(permissionTable().split('\n')[0]).to.equal('| permission | what it lets do | support | staff | admin | API key |');
  });
});

describe('A rule', () => {
  it('that names a permission lets in the roles that have it, and keys that were given it', () => {
    const access = { permission: 'orders.refund' } as const;
    expect(roles.map((role) => statusOf(access, user(role)))).to.deep.equal([403, 403, 200, 200]);
    expect([null, machine(), machine('orders.read'), machine('orders.refund')].map((one) => statusOf(access, one))).to.deep.equal([
      401, 403, 403, 200,
    ]);
  });

  it('for all who are signed in is for people', () => {
    expect([null, user('customer'), machine('orders.read')].map((one) => statusOf('signed-in', one))).to.deep.equal([401, 200, 403]);
  });

  it('for one’s own, or for everything, lets every user in, and keys with the permission', () => {
    const access = { ownOr: 'orders.read' } as const;
    expect([null, user('customer'), machine(), machine('orders.read')].map((one) => statusOf(access, one))).to.deep.equal([
      401, 200, 403, 200,
    ]);
    expect([null, user('customer'), user('support'), machine('orders.read')].map((one) => may(one, 'orders.read'))).to.deep.equal([
      false,
      false,
      true,
      true,
    ]);
  });

  it('takes no machine for a customer', () => {
    expect([null, user('customer'), machine('orders.read')].map(customerOf)).to.deep.equal([null, 'u', null]);
  });
});
