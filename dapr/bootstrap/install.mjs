import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether the packages are there, and are those of the lock file. npm notes what it has installed in a lock file of its own.
 *
 * @param {string} root the clone
 */
export function isInstalled(root) {
  const noted = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(noted)) return false;
  const { packages: wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { packages: present } = JSON.parse(readFileSync(noted, 'utf8'));
  return Object.entries(wanted).every(([path, { version, link, optional, devOptional }]) => {
    if (!path.includes('node_modules/') || optional || devOptional) return true; // other platforms' are left out
    return link ? existsSync(join(root, path)) : present[path]?.version === version;
  });
}

/**
 * `npm install`, which follows the lock file. (`npm ci` refuses a lock file that leaves out packages of other platforms.)
 *
 * @param {string} root the clone
 */
export async function install(root) {
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(0)} s`;
  console.log('▸ Installing the packages of package-lock.json with npm');
  const signOfLife = setInterval(() => {
    console.log(`… npm install (${seconds()})`);
  }, 15_000);
  try {
    await npmInstall(root);
  } finally {
    clearInterval(signOfLife);
  }
  console.log(`✔ Packages installed (${seconds()})`);
}

/**
 * @param {string} root
 * @returns {Promise<void>}
 */
function npmInstall(root) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output = (output + String(data)).slice(-4_000)));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`npm install ended with code ${code}. Is the registry reachable? Run the command again to go on.\n${output}`));
    });
  });
}
