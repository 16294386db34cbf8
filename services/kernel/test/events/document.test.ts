import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Type } from 'typebox';
import { expect } from 'chai';
import { consumersOf, replaceTable, shorthand } from '../../events/event-table.ts';

describe('docs/API.md', () => {
  it('has the events as their schemas and the subscriptions are', () => {
    const script = join(import.meta.dirname, '../../events/document.ts');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect(stderr).to.equal('');
    expect(status).to.equal(0);
  });

  it('tells schemas in short', () => {
    const schema = Type.Object({
      id: Type.String({ format: 'uuid' }),
      note: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      lines: Type.Array(Type.Object({ sku: Type.String(), quantity: Type.Integer() })),
      options: Type.Record(Type.String(), Type.String()),
      kind: Type.Literal('a'),
    });
    expect(shorthand(schema)).to.equal(
      '{id: uuid, note?: text or null, lines: [{sku: text, quantity: integer}], options: {text: text}, kind: "a"}',
    );
  });

  it('names consumers by what they are subscribed to', () => {
    const yaml = 'spec:\n  topic: orders\n  deadLetterTopic: orders-dead\n---\nspec:\n  topic: stock\n';
    const consumers = consumersOf(
      new Map([
        ['payments', yaml],
        ['inventory', 'spec:\n  topic: orders\n'],
      ]),
    );
    expect(Object.fromEntries(consumers)).to.deep.equal({ orders: ['inventory', 'payments'], stock: ['payments'] });
  });

  it('is refused where it has no place for the table', () => {
    expect(() => replaceTable('# API', 'table')).to.throw('no <!-- events');
  });
});
