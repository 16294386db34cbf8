import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** How long a page and a mail may take on a busy machine: nobody waits for so long where all is well. */
const patienceMs = 30_000;

/** What is bought: the first product that is found by these words, and how many of it. */
export interface Wish {
  readonly words: string;
  readonly quantity?: number;
}

/** A person at the shop, in a browser window of their own. */
export class Shopper {
  readonly page: Page;
  /** Errors of the pages. */
  readonly faults: string[] = [];
  readonly #context: BrowserContext;
  /** What the pages said and asked for, told when a test fails. */
  readonly #seen: string[] = [];
  #promised = '';

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.setDefaultTimeout(patienceMs);
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => this.#seen.push(message.text()));
    page.on('requestfailed', (request) => this.#seen.push(`${request.method()} ${request.url()} ${request.failure()?.errorText ?? ''}`));
    page.on('response', (response) => this.#seen.push(`${String(response.status())} ${response.url()}`));
  }

  static async enter(browser: Browser, baseURL: string): Promise<Shopper> {
    const context = await browser.newContext({ baseURL, locale: 'en-US' });
    return new Shopper(context, await context.newPage());
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }

  /** What the page shows, and what it asked for last. */
  async describe(): Promise<string> {
    const shown = await this.page.locator('main').innerText({ timeout: 1000 }).catch(String);
    return `${this.page.url()} shows: ${shown.slice(0, 500)}\n      ${this.#seen.slice(-20).join('\n      ')}`;
  }

  async fillCart(...wishes: readonly Wish[]): Promise<void> {
    const { page } = this;
    for (const { words, quantity = 1 } of wishes) {
      await page.goto('/');
      await page.getByLabel('Search the shop').fill(words);
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByRole('heading', { name: `“${words}”` }).waitFor(); // else the first product of the page before is taken
      await page.locator('.products a').first().click();
      await page.getByLabel('Quantity').fill(String(quantity));
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.getByRole('heading', { name: 'Your cart' }).waitFor();
    }
  }

  /** Fills in the check-out of whoever is not known yet, looks, and places the order. Answers the e-mail address. */
  async checkOut(card: string, email = `${randomUUID()}@customers.test`, look?: () => Promise<void>): Promise<string> {
    const { page } = this;
    await page.getByRole('link', { name: 'Check out' }).click();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Name', { exact: true }).fill('Grace Example');
    await this.fillAddress();
    await page.getByLabel(card).check();
    await look?.();
    await this.placeOrder();
    return email;
  }

  async fillAddress(): Promise<void> {
    await this.page.getByLabel('Street and number').fill('1 Main Street');
    await this.page.getByLabel('Postal code').fill('62701');
    await this.page.getByLabel('City', { exact: true }).fill('Springfield');
    await this.page.getByLabel('State or province').selectOption('IL');
  }

  /** Places the order, once the check-out says what it will cost. */
  async placeOrder(): Promise<void> {
    const told = await this.page.getByText(/^You will pay /).textContent();
    this.#promised = /^You will pay (.*)\.$/.exec(told ?? '')?.[1] ?? '';
    await this.page.getByRole('button', { name: 'Place the order' }).click();
  }

  /** What the check-out said before the order was placed. */
  get promised(): string {
    return this.#promised;
  }

  /** What the order that is shown comes to. */
  async orderTotal(): Promise<string> {
    return (await this.page.locator('dl.totals dd').last().textContent()) ?? '';
  }

  /** Waits until the order that is shown has a status. */
  async status(expected: string): Promise<void> {
    await this.page.locator(`[data-status=${expected}]`).waitFor();
  }

  async orderNumber(): Promise<string> {
    const heading = await this.page.getByRole('heading', { level: 1 }).textContent();
    return (heading ?? '').replace('Order ', '');
  }

  async register(): Promise<string> {
    const email = `${randomUUID()}@customers.test`;
    await this.page.goto('/account');
    const form = this.page.locator('form', { hasText: 'Make an account' });
    await form.getByLabel('Name').fill('Grace Example');
    await form.getByLabel('E-mail').fill(email);
    await form.getByLabel('Password').fill('long-enough-1');
    await form.getByRole('button').click();
    await this.page.getByRole('heading', { name: 'Hello, Grace Example' }).waitFor();
    return email;
  }

  async logIn(email: string, password: string): Promise<void> {
    await this.page.goto('/login');
    const form = this.page.locator('form', { has: this.page.getByRole('button', { name: 'Log in' }) });
    await form.getByLabel('E-mail').fill(email);
    await form.getByLabel('Password').fill(password);
    await form.getByRole('button', { name: 'Log in' }).click();
    await this.page.getByRole('heading', { name: /^Hello/ }).waitFor();
  }

  /** The text of the mail to an address whose subject begins so, once it is there. */
  async mail(to: string, subject: string): Promise<string> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const response = await this.page.request.get(`/api/notifications/mailbox?limit=50&to=${encodeURIComponent(to)}`);
      const { items } = (await response.json()) as { items: { subject: string; text: string }[] };
      const found = items.filter((one) => one.subject.startsWith(subject));
      if (found.length > 1) throw new Error(`“${subject}” was sent ${String(found.length)} times`);
      if (found[0] !== undefined) return found[0].text;
      if (Date.now() > deadline) throw new Error(`No mail “${subject}” but: ${items.map((one) => one.subject).join('; ')}`);
      await delay(50);
    }
  }
}
