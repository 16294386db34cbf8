import { expect } from 'chai';
import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import type { Shopper } from './shopper.ts';
import { shopperForEach } from './shopper-for-each.ts';

const password = 'long-enough-1';

describe('The security of an account in a browser', function () {
  this.timeout(120_000);
  let shopper: Shopper;
  let page: Page;

  shopperForEach((one) => {
    shopper = one;
    ({ page } = shopper);
  });

  const section = (name: string) => page.locator('section', { has: page.getByRole('heading', { name, exact: true }) });

  async function logOut(): Promise<void> {
    await page.goto('/account');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('link', { name: 'Log in' }).waitFor();
  }

  it('sets up an app, and asks for its code at the next log-in', async () => {
    const email = await shopper.register();
    await page.getByRole('link', { name: 'Security of your account' }).click();
    const app = section('Authenticator app');
    await app.getByText('Set up an app').click();
    await app.getByLabel('Your password').fill(password);
    await app.getByRole('button', { name: 'Go on' }).click();
    const secret = (await app.locator('code.secret').innerText()).replaceAll(' ', '');
    // Of now, then of the next step: either is good for half a minute at least, whenever the present step ends.
    const code = (steps: number) => new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 });
    await app.getByLabel('The code that it shows now').fill(code(0));
    await app.getByRole('button', { name: 'Turn it on' }).click();
    await app.locator('.codes li').last().waitFor();
    expect(await app.locator('.codes li').allInnerTexts()).to.have.length(10);
    await app.getByText('10 recovery codes are left').waitFor();
    await logOut();
    await page.goto('/login');
    const form = page.locator('form', { has: page.getByRole('button', { name: 'Log in', exact: true }) });
    await form.getByLabel('E-mail').fill(email);
    await form.getByLabel('Password').fill(password);
    await form.getByRole('button').click();
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('is not right, or was used').first().waitFor();
    await page.getByLabel('Code').fill(code(1));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
  });

  it('makes a passkey, lets in by it without a name or password, and forgets it', async () => {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable');
    await session.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
    });
    await shopper.register();
    await page.getByRole('link', { name: 'Security of your account' }).click();
    const keys = section('Passkeys');
    await keys.getByText('Add a passkey').click();
    await keys.getByLabel('What you call this device').fill('My laptop');
    await keys.getByLabel('Your password').fill(password);
    await keys.getByRole('button', { name: 'Add it' }).click();
    await keys.getByText('My laptop').waitFor();
    await logOut();
    await page.goto('/login');
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
    await page.goto('/account/security');
    await keys.getByText('Remove', { exact: true }).click();
    await keys.getByLabel('Your password').first().fill(password);
    await keys.getByRole('button', { name: 'Remove it' }).click();
    await keys.getByText('None yet.').waitFor();
  });

  it('gives who has forgotten the password a link by mail, which sets a new one once', async () => {
    const email = await shopper.register();
    await logOut();
    await page.goto('/login');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('a mail is on its way').waitFor();
    const [link = ''] = /\/account\/link#reset\.\S+/.exec(await shopper.mail(email, 'Set your password anew')) ?? [];
    const set = async (fresh: string): Promise<void> => {
      await page.goto('/');
      await page.goto(link);
      await page.getByLabel('New password').fill(fresh);
      await page.getByRole('button', { name: 'Set it' }).click();
    };
    await set('another-long-one-2');
    await page.getByText('Your password is set').waitFor();
    await shopper.logIn(email, 'another-long-one-2');
    await set('a-third-long-one-3');
    await page.getByText('The link was used').waitFor();
    await page.getByRole('link', { name: 'Have another link sent' }).waitFor();
  });

  it('shows where the account is logged in', async () => {
    await shopper.register();
    await page.goto('/account/security');
    const here = section('Where you are logged in').locator('li', { hasText: 'This device' });
    await here.getByText('Chrome on Linux').waitFor();
  });

  /** As if the access token had run out: the next request has to renew it. */
  const wearOut = (worn: Page) =>
    worn.evaluate(() => {
      const kept = JSON.parse(sessionStorage.getItem('cartwright.session') ?? '') as object;
      sessionStorage.setItem('cartwright.session', JSON.stringify({ ...kept, accessToken: 'worn-out' }));
    });
  const tokensOf = (holder: Page) => holder.evaluate(() => sessionStorage.getItem('cartwright.session') ?? '');
  const greeting = (greeted: Page) => greeted.getByRole('heading', { name: /^Hello/ }).waitFor();

  it('keeps who is logged in while the session cannot be renewed, and says so', async () => {
    await shopper.register();
    await page.route('**/api/auth/refresh', (refused) => refused.fulfill({ status: 503 }));
    await wearOut(page);
    await page.reload();
    await page.getByText('Try again in a moment').waitFor();
    expect(await page.getByRole('link', { name: 'Grace Example' }).count(), 'is logged in').to.equal(1);
    await page.unroute('**/api/auth/refresh');
    await page.reload();
    await greeting(page);
  });

  it('goes on in a duplicated tab, whichever of the two renews the session', async () => {
    await shopper.register();
    const copy = await page.context().newPage();
    await copy.goto('/robots.txt');
    await copy.evaluate(
      (tokens) => {
        sessionStorage.setItem('cartwright.session', tokens);
      },
      await tokensOf(page),
    );
    await Promise.all([wearOut(page), wearOut(copy)]);
    await Promise.all([page.reload(), copy.goto('/account')]);
    await Promise.all([greeting(page), greeting(copy)]);
    expect(await tokensOf(copy), 'renewed once, for both').to.equal(await tokensOf(page));
    await copy.goto('/robots.txt'); // hears of nothing, like a tab that the browser has put to sleep
    await Promise.all([wearOut(page), wearOut(copy)]);
    await page.reload();
    await greeting(page);
    await copy.goto('/account');
    await greeting(copy);
    expect(await tokensOf(copy), 'told when it asks').to.equal(await tokensOf(page));
  });

  it('shows no button for more where nothing more is there', async () => {
    await shopper.register();
    await page.goto('/notifications');
    await page.getByRole('heading', { name: 'What is new' }).waitFor();
    expect(await page.getByRole('button', { name: 'Show more' }).isVisible()).to.equal(false);
  });
});
