import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/**
 * The Node 24 to run TypeScript with: npm brings one for Linux; elsewhere this Node serves if it is recent enough.
 *
 * @param {string} root the clone
 * @returns {string} path of the program
 */
export function findNode24(root) {
  const brought = join(root, 'node_modules/.bin/node');
  if (existsSync(brought)) return brought;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(
    `npm brought no Node 24 for ${process.platform}-${process.arch}, and this Node is ${process.versions.node}.\n` +
      '  Install Node 24 (nodejs.org, nvm, fnm or your package manager) and run the command again.',
  );
}
