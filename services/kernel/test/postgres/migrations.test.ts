import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { kernelMigrations, migrationFiles } from '../../postgres/migrations.ts';

describe('the files of a migration folder', () => {
  it('are taken by their names', () => {
    expect(migrationFiles(kernelMigrations.folder)[0]).to.equal('001-messaging.sql');
  });

  it('are none where there is no folder', () => {
    expect(migrationFiles('/nowhere')).to.deep.equal([]);
  });

  it('must have a number and a plain name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
    try {
      writeFileSync(join(folder, 'orders.sql'), '');
      expect(() => migrationFiles(folder)).to.throw('001-orders.sql');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
