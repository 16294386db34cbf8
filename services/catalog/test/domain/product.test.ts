import { expect } from 'chai';
import { readImportLine } from '../../domain/import-line.ts';
import { contentHash, repeatedSku, slugOf, toProduct } from '../../domain/product.ts';
import type { Product, ProductInput } from '../../domain/product.ts';
import { summaryOf, viewOf } from '../../domain/product-view.ts';

const input: ProductInput = {
  title: 'Walnut Lamp',
  description: 'D',
  brand: 'B',
  category: 'lighting',
  variants: [
    { sku: 'A', price: 500, options: { size: 'L' } },
    { sku: 'B', price: 300 },
  ],
};
const id = '0190a0a0-0000-7000-8000-000000000001';

function product(change: Partial<Product> = {}): Product {
  const { variants, ...rest } = toProduct(id, input);
  return {
    ...rest,
    variants: variants.map((variant) => ({ ...variant, available: null })),
    ratingSum: 0,
    ratingCount: 0,
    version: 1,
    revision: 1,
    ...change,
  };
}

describe('A product', () => {
  it('gets a slug from its title, and variants their titles from their options', () => {
    expect(slugOf('Café Crème, 2 l')).to.equal('cafe-creme-2-l');
    expect(slugOf('???')).to.equal('product');
    expect(toProduct(id, input)).to.deep.include({ slug: 'walnut-lamp', currency: 'USD', sellerId: 'cartwright' });
    expect(toProduct(id, input).variants.map(({ title }) => title)).to.deep.equal(['Walnut Lamp, L', 'Walnut Lamp']);
  });

  it('is the same content whatever the order of its fields, and another when a price differs', () => {
    const hash = contentHash(toProduct(id, input), { a: 1, b: 2 });
    expect(contentHash(toProduct('other', { ...input, variants: input.variants }), { b: 2, a: 1 })).to.equal(hash);
    expect(contentHash(toProduct(id, { ...input, variants: [{ sku: 'A', price: 501 }] }), { a: 1, b: 2 })).not.to.equal(hash);
  });

  it('names a SKU that stands twice', () => {
    expect(repeatedSku([{ sku: 'A' }, { sku: 'B' }, { sku: 'A' }])).to.equal('A');
    expect(repeatedSku([{ sku: 'A' }, { sku: 'B' }])).to.equal(undefined);
  });

  it('shows the price of its cheapest variant, its rating to one decimal, and whether it can be bought', () => {
    expect(summaryOf(product())).to.deep.include({
      price: { amount: 300, currency: 'USD' },
      rating: null,
      reviewCount: 0,
      inStock: false,
      image: null,
    });
    const [a, b] = product().variants;
    const view = viewOf(
      product({
        ratingSum: 13,
        ratingCount: 3,
        images: [{ url: 'https://x.test/1.png', alt: '' }],
        variants: [{ ...a!, available: 2, compareAt: 700 }, b!],
      }),
      { wood: 'walnut' },
    );
    expect(view).to.deep.include({ rating: 4.3, inStock: true, image: 'https://x.test/1.png', attributes: { wood: 'walnut' } });
    expect(view.variants[0]?.compareAt).to.deep.equal({ amount: 700, currency: 'USD' });
  });
});

describe('A line of an import', () => {
  const line = (change: Record<string, unknown>): unknown => readImportLine(JSON.stringify({ ...input, slug: 'walnut-lamp', ...change }));

  it('is a product, or a category', () => {
    expect(line({})).to.have.property('type', 'product');
    expect(readImportLine('{"category":{"slug":"a","name":"A","parent":null}}')).to.have.property('type', 'category');
  });

  const wrong: [string, unknown, string][] = [
    ['no JSON', readImportLine('{'), '/'],
    ['an unknown field', line({ colour: 'red' }), '/colour'],
    ['a missing slug', line({ slug: undefined }), '/slug'],
    ['a negative price', line({ variants: [{ sku: 'A', price: -1 }] }), '/variants/0/price'],
    [
      'a SKU that stands twice',
      line({
        variants: [
          { sku: 'A', price: 1 },
          { sku: 'A', price: 1 },
        ],
      }),
      '/variants',
    ],
    ['a rating of six', line({ reviews: [{ author: 'A', rating: 6, text: 'T' }] }), '/reviews/0/rating'],
    ['half of a surrogate pair', line({ description: 'half \ud800' }), '/description'],
    ['NUL in an attribute', line({ attributes: { note: 'nul \0' } }), '/attributes/note'],
    ['an attribute that MongoDB would read as an operator', line({ attributes: { $where: 'x' } }), '/attributes/$where'],
    ['an option without a name', line({ variants: [{ sku: 'A', price: 1, options: { '': 'x' } }] }), '/variants/0/options/'],
    ['a category without a name', readImportLine('{"category":{"slug":"a","parent":null}}'), '/category/name'],
  ];
  for (const [what, read, field] of wrong) {
    it(`says what is wrong with ${what}`, () => {
      expect((read as { field: string }[])[0]?.field).to.equal(field);
    });
  }
});
