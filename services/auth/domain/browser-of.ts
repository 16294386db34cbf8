import Bowser from 'bowser';

/** Where somebody is logged in, as people call it. Null: not known. */
export interface BrowserNames {
  readonly browser: string | null;
  readonly system: string | null;
}

/** Names browser and operating system out of what a browser calls itself. Versions are left out: many browsers tell a false one. */
export function browserOf(userAgent: string): BrowserNames {
  if (userAgent === '') return { browser: null, system: null }; // which the parser refuses
  const { browser, os } = Bowser.parse(userAgent);
  return { browser: nameOr(browser.name), system: nameOr(os.name) };
}

function nameOr(name: string | undefined): string | null {
  return name === undefined || name === '' ? null : name;
}
