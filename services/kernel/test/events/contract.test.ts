import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { allEvents } from '../../events/all.ts';
import { topics } from '../../events/topics.ts';

const folder = join(import.meta.dirname, '../../events');
const noEvents = ['all', 'document', 'envelope', 'event', 'event-table', 'search-shapes', 'shapes', 'tolerant', 'topics'];

/** Every name of a field in a schema, at any depth. */
function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: Record<string, unknown> };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(fieldsOf)];
}

describe('integration events', () => {
  it('are all listed, one a file, each file named after its type', () => {
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.replace(/\.ts$/, ''))
      .filter((name) => !noEvents.includes(name));
    const names = allEvents.map(({ type }) => type.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase());
    expect(names.toSorted()).to.deep.equal(files.toSorted());
  });

  it('have types that are unique', () => {
    expect(new Set(allEvents.map(({ type }) => type)).size).to.equal(allEvents.length);
  });

  for (const definition of allEvents) {
    const { type, topic, aggregate, example } = definition;
    describe(type, () => {
      it('has an example that can be created and is accepted back', () => {
        const event = definition.create({ aggregateId: 'x', aggregateVersion: 1, data: example });
        expect(definition.check(JSON.parse(JSON.stringify(event.data)))).to.deep.equal([]);
      });

      it('is on the topic of its aggregate', () => {
        expect(topics[topic].aggregates).to.include(aggregate);
      });

      it('carries no personal data', () => {
        const personal = /mail|phone|address|^name$|fullName|firstName|lastName|line1|line2|postal|birth|password|secret|accessKey/i;
        expect(fieldsOf(definition.data).filter((field) => personal.test(field))).to.deep.equal([]);
      });

      it('refuses fields that are not in its schema when it is created, and passes over them when it is received', () => {
        const data = { ...(example as object), laterField: 1 };
        expect(() => definition.create({ aggregateId: 'x', aggregateVersion: 1, data })).to.throw(TypeError, 'laterField');
        expect(definition.check(data)).to.deep.equal([]);
      });
    });
  }
});
