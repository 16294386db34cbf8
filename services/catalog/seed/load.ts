import { setTimeout as delay } from 'node:timers/promises';
import type { Catalogue } from './own-catalogue.ts';

export interface SeedResult {
  readonly products: number;
  readonly skus: number;
  readonly created: number;
  readonly updated: number;
  readonly removed: number;
  readonly milliseconds: number;
}

interface ImportReport {
  readonly created: number;
  readonly updated: number;
  readonly removed: number;
  readonly failed: number;
  readonly errors: readonly { line: number; errors: readonly { field: string; message: string }[] }[];
}

const withinMs = 60_000;
const levelsAtATime = 500;

/** Replaces the catalogue by this one: products, then stock; returns when orders knows the prices and the search finds all. */
export async function loadCatalogue(
  { categories, products }: Catalogue,
  gatewayUrl: string,
  say: (text: string) => void,
): Promise<SeedResult> {
  const began = performance.now();
  const token = await untilItAnswers(() => logIn(gatewayUrl));
  const send = async <T>(method: string, path: string, body?: string, type = 'application/json'): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }) };
    const response = await fetch(gatewayUrl + path, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answers ${String(response.status)}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  };

  const lines = [...categories.map((category) => JSON.stringify({ category })), ...products.map(({ line }) => JSON.stringify(line))];
  say(`${String(products.length)} products in ${String(categories.length)} categories`);
  const report = await send<ImportReport>('POST', '/api/catalog/import?replace=true', `${lines.join('\n')}\n`, 'application/x-ndjson');
  if (report.failed > 0) {
    const shown = report.errors
      .slice(0, 5)
      .map(({ line, errors }) => `line ${String(line)}: ${errors.map(({ field, message }) => `${field} ${message}`).join(', ')}`);
    throw new Error(`${String(report.failed)} lines were refused, and nothing was removed:\n${shown.join('\n')}`);
  }

  const levels = products.flatMap(({ stock }) => Object.entries(stock).map(([sku, onHand]) => ({ sku, onHand })));
  for (let start = 0; start < levels.length; start += levelsAtATime) {
    say(`stock of ${String(start)} … of ${String(levels.length)} SKUs`);
    const { refused } = await send<{ refused: { sku: string; reserved: number }[] }>(
      'PUT',
      '/api/inventory',
      JSON.stringify({ items: levels.slice(start, start + levelsAtATime) }),
    );
    if (refused.length > 0) say(`${String(refused.length)} SKUs keep their stock: more is held for orders`);
  }

  say('waiting until prices and the search know all');
  await untilPricesAreKnown(
    send,
    products.flatMap(({ line }) => line.variants),
  );
  await until(
    'the search to find all',
    async () => (await send<{ total: number }>('GET', '/api/catalog/search?limit=1')).total === products.length,
  );
  const { created, updated, removed } = report;
  return { products: products.length, skus: levels.length, created, updated, removed, milliseconds: Math.round(performance.now() - began) };
}

type Send = <T>(method: string, path: string, body?: string) => Promise<T>;

/**
 * Prices reach orders by events. The first, a middle and the last SKU stand for all: events of different products may overtake each other.
 * Each is put into a cart of its own, because a cart keeps the price that it was told first.
 */
async function untilPricesAreKnown(send: Send, prices: readonly { readonly sku: string; readonly price: number }[]): Promise<void> {
  const samples = new Set([prices[0], prices[Math.floor(prices.length / 2)], prices.at(-1)]);
  for (const { sku, price } of [...samples].filter((sample) => sample !== undefined)) {
    await until(`the price of ${sku}`, async () => {
      const { id } = await send<{ id: string }>('POST', '/api/carts', '{}');
      return send<Cart>('POST', `/api/carts/${id}/items`, JSON.stringify({ sku, quantity: 1 })).then(
        ({ lines }) => lines[0]?.unitPrice.amount === price,
        () => false, // not known yet
      );
    });
  }
}

interface Cart {
  readonly lines: readonly { readonly unitPrice: { readonly amount: number } }[];
}

async function logIn(gatewayUrl: string): Promise<string> {
  const body = JSON.stringify({ email: 'admin@cartwright.test', password: 'admin-Passw0rd!' });
  const response = await fetch(`${gatewayUrl}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!response.ok) throw new Error(`The seed account cannot log in: ${String(response.status)} ${(await response.text()).slice(0, 300)}`);
  return ((await response.json()) as { accessToken: string }).accessToken;
}

/** Right after a start a service may not be known to the others yet. */
async function untilItAnswers<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(250);
    }
  }
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Waited ${String(withinMs / 1000)} s for ${what}`);
    await delay(100);
  }
}
