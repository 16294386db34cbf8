// `npm run docs:permissions`: brings the table of permissions in docs/API.md up to date; with --check it only says whether it is.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replacePart } from '../generated-part.ts';
import { permissionTable } from './permissions.ts';

const page = join(import.meta.dirname, '../../../docs/API.md');
const part = { name: 'permissions', script: 'services/kernel/http/document-permissions.ts' };
const before = readFileSync(page, 'utf8');
const after = replacePart(before, part, permissionTable());
if (process.argv.includes('--check')) {
  if (before !== after) {
    console.error('docs/API.md is behind the permissions: npm run docs:permissions');
    process.exitCode = 1;
  }
} else writeFileSync(page, after);
