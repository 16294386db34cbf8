import { Readable } from 'node:stream';
import type { Stack } from '../stack.ts';

const finishes = [
  'Walnut',
  'Oak',
  'Steel',
  'Linen',
  'Wool',
  'Copper',
  'Cotton',
  'Ceramic',
  'Glass',
  'Leather',
  'Bamboo',
  'Felt',
  'Marble',
  'Cork',
];
const things = [
  'Lamp',
  'Chair',
  'Table',
  'Blanket',
  'Pillow',
  'Kettle',
  'Mug',
  'Bowl',
  'Shelf',
  'Backpack',
  'Jacket',
  'Notebook',
  'Rug',
  'Mirror',
];
const styles = [
  'Desk',
  'Garden',
  'Travel',
  'Kitchen',
  'Bedside',
  'Folding',
  'Round',
  'Tall',
  'Small',
  'Heavy',
  'Light',
  'Classic',
  'Stacking',
];
const makers = ['Nightjar', 'Harbour', 'Ember', 'Squall', 'Heron', 'Fjord', 'Juniper', 'Quarry', 'Saltmarsh', 'Tern', 'Larch', 'Meadow'];
const shelves = ['wide-living', 'wide-kitchen', 'wide-bedroom', 'wide-outdoors', 'wide-travel', 'wide-office'];

/** How many products there were when it was done, and how long it took until searches found them. */
export interface Widened {
  readonly products: number;
  readonly imported: number;
  readonly importSeconds: number;
  readonly searchableSeconds: number;
}

/** What searches of a run look for: words that many of the made-up products have, with filters that leave some. */
export function wideSearch(number: number): { q: string; category: string; minPrice: number; maxPrice: number } {
  const minPrice = (number % 20) * 500;
  return {
    q: `${pick(finishes, number)} ${pick(things, number * 5)}`,
    category: pick(shelves, number * 7),
    minPrice,
    maxPrice: minPrice + 20_000,
  };
}

/** What somebody has typed of a product's title so far; in each fifth one a letter is another. */
export function wideTyping(number: number): string {
  const text = `${pick(finishes, number)} ${pick(styles, number * 3)} ${pick(things, number * 5)}`.slice(0, 3 + (number % 12)).trim();
  return number % 5 === 0 && text.length > 4 ? `${text.slice(0, 3)}x${text.slice(4)}` : text;
}

/** Imports made-up products through the service until there are so many, and waits until searches find them. */
export async function widen(stack: Stack, wanted: number): Promise<Widened> {
  const { url } = stack.services['catalog'] ?? { url: '' };
  const total = async (): Promise<number> => {
    const response = await fetch(`${url}/api/catalog/search?limit=1`);
    const { total: found, degraded } = (await response.json()) as { total: number; degraded: boolean };
    return degraded ? 0 : found;
  };
  const there = await total();
  if (there >= wanted) return { products: there, imported: 0, importSeconds: 0, searchableSeconds: 0 };
  const authorization = await staffToken(stack.gatewayUrl);
  const began = performance.now();
  const response = await fetch(`${url}/api/catalog/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', authorization },
    body: Readable.toWeb(Readable.from(lines(there, wanted))) as ReadableStream<Uint8Array>,
    duplex: 'half',
  });
  const report = (await response.json()) as { created: number; failed: number };
  if (!response.ok || report.failed > 0) throw new Error(`The import went wrong: ${JSON.stringify(report).slice(0, 500)}`);
  const importSeconds = (performance.now() - began) / 1000;
  let products = await total();
  for (; products < wanted; products = await total()) await new Promise((done) => setTimeout(done, 250));
  return { products, imported: report.created, importSeconds, searchableSeconds: (performance.now() - began) / 1000 };
}

async function staffToken(gatewayUrl: string): Promise<string> {
  const response = await fetch(`${gatewayUrl}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'staff@cartwright.test', password: 'staff-Passw0rd!' }),
  });
  if (!response.ok) throw new Error(`Staff cannot log in: ${String(response.status)}`);
  return `Bearer ${((await response.json()) as { accessToken: string }).accessToken}`;
}

function* lines(from: number, to: number): Generator<Buffer> {
  yield line({ category: { slug: 'wide', name: 'Wide', parent: null } });
  for (const slug of shelves) yield line({ category: { slug, name: slug.replace('wide-', ''), parent: 'wide' } });
  for (let number = from; number < to; number++) yield line(product(number));
}

function line(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function product(number: number): Record<string, unknown> {
  const [finish, style, thing] = [pick(finishes, number), pick(styles, number * 3 + 1), pick(things, Math.floor(number / 14))];
  const maker = pick(makers, Math.floor(number / 5));
  return {
    slug: `wide-${String(number)}`,
    title: `${finish} ${style} ${thing} ${String(number)}`,
    description: `A ${style.toLowerCase()} ${thing.toLowerCase()} of ${finish.toLowerCase()}, made by ${maker}. It lasts, and it can be mended.`,
    brand: maker,
    category: pick(shelves, Math.floor(number / 3)),
    tags: [finish.toLowerCase(), style.toLowerCase()],
    attributes: { material: finish, waterproof: number % 3 === 0 },
    variants: [{ sku: `WIDE-${String(number)}`, price: 500 + ((number * 7919) % 40_000) }],
  };
}

function pick(words: readonly string[], number: number): string {
  return words[number % words.length] ?? '';
}
