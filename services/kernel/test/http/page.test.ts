import { expect } from 'chai';
import { Problem } from '../../http/problem.ts';
import { decodeCursor, encodeCursor, toPage } from '../../http/page.ts';

describe('A page', () => {
  const rows = [1, 2, 3].map((id) => ({ id, at: `2026-01-0${String(id)}` }));

  it('shows as many rows as were asked for, and where the next page begins', () => {
    const page = toPage(
      rows,
      2,
      ({ at, id }) => [at, id],
      ({ id }) => id,
    );
    expect(page.items).to.deep.equal([1, 2]);
    expect(decodeCursor(page.nextCursor!, ['string', 'number'])).to.deep.equal(['2026-01-02', 2]);
  });

  it('is the last one where no more rows are there', () => {
    expect(
      toPage(
        rows,
        3,
        ({ id }) => [id],
        ({ id }) => id,
      ),
    ).to.deep.equal({ items: [1, 2, 3], nextCursor: null });
    expect(
      toPage(
        [],
        3,
        () => [1],
        (row) => row,
      ),
    ).to.deep.equal({ items: [], nextCursor: null });
  });

  it('refuses a cursor that no list gave', () => {
    for (const cursor of ['', 'x', '%%%', encodeCursor([1]), encodeCursor(['a', 'b']), Buffer.from('{}').toString('base64url')]) {
      expect(() => decodeCursor(cursor, ['string', 'number']), cursor)
        .to.throw(Problem)
        .with.nested.property('parts.errors[0].field', 'cursor');
    }
  });

  it('refuses a cursor that holds what no database can look for', () => {
    const refused = [
      [['\0'], 'string'],
      [['\ud800'], 'string'],
      [[1e300], 'number'],
      [[1.5], 'integer'],
      [['x'], 'uuid'],
    ] as const;
    for (const [position, type] of refused)
      expect(() => decodeCursor(encodeCursor(position), [type]), JSON.stringify(position))
        .to.throw(Problem)
        .with.nested.property('parts.errors[0].field', 'cursor');
    const id = '0190a0a0-0000-7000-8000-000000000001';
    expect(decodeCursor(encodeCursor(['é🙂', 0.5, 7, id]), ['string', 'number', 'integer', 'uuid'])).to.deep.equal(['é🙂', 0.5, 7, id]);
  });
});
