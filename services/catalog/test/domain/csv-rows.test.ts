import { expect } from 'chai';
import fc from 'fast-check';
import { fromCell, fromListCell, toCell, toListCell } from '../../domain/csv-cells.ts';
import { continues, readColumns, rowsOf, valueOf } from '../../domain/csv-rows.ts';
import type { ExportedProduct } from '../../domain/csv-rows.ts';

describe('A cell of a CSV file', () => {
  it('is read back as it was written, and is no formula to a spreadsheet', () => {
    expect(toCell('=1+1')).to.equal("'=1+1");
    fc.assert(fc.property(fc.string(), (text) => fromCell(toCell(text)) === text && !/^[=+\-@\t\r]/.test(toCell(text))));
    const formula = fc.tuple(fc.stringMatching(/^'{0,3}[=+@-]{0,2}$/), fc.string()).map((parts) => parts.join(''));
    fc.assert(fc.property(formula, (text) => fromCell(toCell(text)) === text));
  });

  it('holds a list as people write it, or as JSON where that could be read in two ways', () => {
    expect(toListCell(['oak', 'solid wood'])).to.equal('oak; solid wood');
    expect(fromListCell('oak;solid wood ;')).to.deep.equal(['oak', 'solid wood']);
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 })),
        (texts) => JSON.stringify(fromListCell(toListCell(texts))) === JSON.stringify(texts),
      ),
    );
  });
});

describe('Rows of a CSV file', () => {
  const product: ExportedProduct = {
    slug: 'lamp',
    title: '-Lamp',
    description: '',
    brand: 'Lumen',
    category: 'lighting',
    tags: ['a;b', 'c'],
    attributes: { material: 'oak', watts: 5, dimmable: true },
    status: 'draft',
    variants: [
      { sku: 'S', title: 'Small', price: 100, compareAt: 150, options: { size: 's' }, barcode: '0012', weightGrams: 5 },
      { sku: 'L', title: 'Large', price: 200 },
    ],
  };

  it('are the product again', () => {
    const rows = rowsOf(product);
    expect(rows).to.have.length(2);
    expect(continues(rows[1]!, rows[0]!)).to.equal(true);
    expect(valueOf(rows)).to.deep.equal(product);
  });

  it('are a category where they say so', () => {
    expect(valueOf([{ type: 'category', slug: 'desk', title: 'Desk', category: 'lighting' }])).to.deep.equal({
      category: { slug: 'desk', name: 'Desk', parent: 'lighting' },
    });
  });

  it('are refused where a cell is no JSON, and their columns where they are not known', () => {
    expect(() => valueOf([{ slug: 'a', attributes: '{' }])).to.throw('/attributes is not valid JSON');
    expect(readColumns(['slug', 'colour'])).to.deep.include({ field: 'colour', rule: 'unknown', message: 'is no column that is known' });
    expect(readColumns(['slug', 'sku', 'slug'])).to.deep.include({ field: 'slug', rule: 'unique', message: 'stands twice' });
    expect(readColumns(['title'])).to.deep.include({ field: 'slug', rule: 'required', message: 'is required' });
  });
});
