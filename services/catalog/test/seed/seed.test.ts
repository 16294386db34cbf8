import { expect } from 'chai';
import { readImportLine } from '../../domain/import-line.ts';
import { readDummyJson } from '../../seed/dummyjson.ts';
import { readEntry } from '../../seed/entry.ts';
import { readOwnCatalogue } from '../../seed/own-catalogue.ts';

describe('The project’s own catalogue', () => {
  const { categories, products } = readOwnCatalogue();
  const variants = products.flatMap(({ line }) => line.variants);

  it('has at least 200 products, in a tree of categories', () => {
    expect(products.length).to.be.at.least(200);
    const known = new Set<string>();
    for (const { slug, parent } of categories) {
      if (parent !== null) expect(known.has(parent), `${slug}: its parent comes first`).to.equal(true);
      known.add(slug);
    }
    for (const { line } of products) expect(known.has(line.category), line.title).to.equal(true);
  });

  it('has each slug and each SKU once, with a price above zero, and stock of every SKU', () => {
    expect(new Set(products.map(({ line }) => line.slug)).size).to.equal(products.length);
    expect(new Set(variants.map(({ sku }) => sku)).size).to.equal(variants.length);
    expect(variants.filter(({ price }) => price <= 0)).to.deep.equal([]);
    for (const { line, stock } of products) expect(Object.keys(stock)).to.have.members(line.variants.map(({ sku }) => sku));
  });

  it('is taken by the import, line by line', () => {
    for (const { line } of products) expect(readImportLine(JSON.stringify(line)), line.title).to.have.property('type', 'product');
  });

  it('has reviews for most, and attributes for all', () => {
    expect(products.filter(({ line }) => (line.reviews ?? []).length > 0).length).to.be.above(products.length / 2);
    expect(products.filter(({ line }) => Object.keys(line.attributes ?? {}).length === 0)).to.deep.equal([]);
  });
});

describe('An entry of the catalogue', () => {
  const entry = { title: 'Café Lamp', brand: 'B', price: 19.9, stock: 3, text: 'T.' };

  it('has a variant for each combination of its options, and what a choice adds to the price', () => {
    const { line, stock } = readEntry('lighting', { ...entry, options: { size: ['small', 'large +5.50'], colour: ['red', 'blue'] } });
    expect(line.variants.map(({ sku, price }) => [sku, price])).to.deep.equal([
      ['CAFE-LAMP-SMALL-RED', 1990],
      ['CAFE-LAMP-SMALL-BLUE', 1990],
      ['CAFE-LAMP-LARGE-RED', 2540],
      ['CAFE-LAMP-LARGE-BLUE', 2540],
    ]);
    expect(line.variants[2]?.options).to.deep.equal({ size: 'large', colour: 'red' });
    expect(Object.values(stock)).to.deep.equal([3, 3, 3, 3]);
  });

  it('says which review is not well written', () => {
    expect(() => readEntry('lighting', { ...entry, reviews: ['lovely'] })).to.throw('Café Lamp');
  });
});

describe('A file of dummyjson.com', () => {
  const product = {
    title: 'Red Lipstick',
    description: 'D',
    category: 'beauty',
    price: 12.99,
    stock: 7,
    sku: 'BEA-1',
    weight: 5,
    dimensions: { width: 1, height: 2, depth: 3 },
    warrantyInformation: 'none',
    images: ['https://example.com/a.png', 'no address'],
    reviews: [{ rating: 4, comment: 'Nice', date: '2025-04-30T09:41:02.053Z', reviewerName: 'Ada L', reviewerEmail: 'ada@example.com' }],
  };

  it('becomes products: dollars as cents, stock beside, no e-mail addresses', () => {
    const { categories, products } = readDummyJson(JSON.stringify({ products: [product] }));
    expect(categories).to.deep.equal([{ slug: 'beauty', name: 'Beauty', parent: null }]);
    expect(products[0]?.stock).to.deep.equal({ 'BEA-1': 7 });
    expect(products[0]?.line).to.deep.include({ slug: 'red-lipstick', brand: '', images: ['https://example.com/a.png'] });
    expect(products[0]?.line.variants[0]).to.deep.include({ sku: 'BEA-1', price: 1299, weightGrams: 5 });
    expect(products[0]?.line.attributes).to.deep.equal({ width: 1, height: 2, depth: 3, warranty: 'none' });
    expect(JSON.stringify(products)).not.to.include('ada@example.com');
    expect(readImportLine(JSON.stringify(products[0]?.line))).to.have.property('type', 'product');
  });

  it('gives a title that stands twice two addresses', () => {
    const { products } = readDummyJson(JSON.stringify([product, { ...product, sku: 'BEA-2' }]));
    expect(products.map(({ line }) => line.slug)).to.deep.equal(['red-lipstick', 'red-lipstick-bea-2']);
  });
});
