import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const execute = promisify(execFile);
const places = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const debianPackage = 'chromium-headless-shell';

/** A real browser without a window. Where there is none, Debian's is installed, if we may; else the error says what to install. */
export async function launchBrowser(): Promise<Browser> {
  const found = process.env['CHROMIUM'] ?? places.find((path) => existsSync(path)) ?? (await installChromium());
  // --no-sandbox because root may not have one; the other switches keep it from calling its maker.
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  return chromium.launch({ executablePath: found, args });
}

async function installChromium(): Promise<string> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      `The tests in a browser need Chromium: install ${debianPackage} (Debian), or name one in the environment variable CHROMIUM`,
    );
  }
  console.log(`      installing ${debianPackage} …`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await execute('apt-get', ['update'], { env: environment });
  await execute('apt-get', ['install', '-y', '--no-install-recommends', debianPackage], { env: environment, maxBuffer: 1 << 26 });
  const [path = ''] = places;
  return path;
}
