import { expect } from 'chai';
import { OrderPlaced } from '../../events/order-placed.ts';
import { ProductCreated } from '../../events/product-created.ts';
import { tolerant } from '../../events/tolerant.ts';
import { producerOf, topicOf } from '../../events/topics.ts';

const placed = { aggregateId: OrderPlaced.example.orderId, aggregateVersion: 1, data: OrderPlaced.example };

describe('a new event', () => {
  it('gets an id of its own, in the order of time', () => {
    const [first, second] = [OrderPlaced.create(placed), OrderPlaced.create(placed)];
    expect(first.id < second.id).to.equal(true);
  });

  it('keeps the id that it is given', () => {
    const id = '0193a6f0-0000-7000-8000-00000000000f';
    expect(OrderPlaced.create({ ...placed, id }).id).to.equal(id);
  });

  it('knows its topic and aggregate', () => {
    expect(OrderPlaced.create(placed)).to.include({ type: 'OrderPlaced', topic: 'orders', aggregateType: 'order', aggregateVersion: 1 });
  });

  it('is refused with the name of the field that breaks the schema', () => {
    const data = { ...OrderPlaced.example, lines: [{ ...OrderPlaced.example.lines[0]!, quantity: 0 }] };
    expect(() => OrderPlaced.create({ ...placed, data })).to.throw(TypeError, '/lines/0/quantity');
  });

  for (const version of [0, -1, 1.5, Number.NaN]) {
    it(`is refused at version ${String(version)}`, () => {
      expect(() => OrderPlaced.create({ ...placed, aggregateVersion: version })).to.throw(TypeError, 'version');
    });
  }
});

describe('a received event', () => {
  it('may have unknown fields at any depth', () => {
    const { variants } = ProductCreated.example;
    expect(ProductCreated.check({ ...ProductCreated.example, variants: [{ ...variants[0], weight: 3 }] })).to.deep.equal([]);
  });

  it('is refused where a field is missing or wrong', () => {
    const { slug: _, ...rest } = ProductCreated.example;
    expect(ProductCreated.check(rest).map(({ field }) => field)).to.deep.equal(['/slug']);
    expect(ProductCreated.check(null)).to.not.deep.equal([]);
  });
});

describe('tolerant', () => {
  it('keeps schemas of additional properties, which are no refusals', () => {
    const schema = { type: 'object', additionalProperties: { type: 'object', additionalProperties: false } };
    expect(tolerant(schema)).to.deep.equal({ type: 'object', additionalProperties: { type: 'object' } });
  });
});

describe('topics', () => {
  it('know the one service that publishes to them', () => {
    expect(producerOf(topicOf('reservation'))).to.equal('inventory');
  });
});
