import { checker } from '@cartwright/kernel/http/validate';
import { expect } from 'chai';
import { Type } from 'typebox';
import { AttributeSchema, brokenSchema, effectiveSchema } from '../../domain/attribute-schema.ts';
import { pathOf, withThoseBelow } from '../../domain/category-tree.ts';

const electronics: AttributeSchema = { type: 'object', properties: { voltage: { type: 'integer', minimum: 1 } }, required: ['voltage'] };
const lamps: AttributeSchema = {
  type: 'object',
  properties: { socket: { type: 'string', enum: ['E14', 'E27'] } },
  additionalProperties: false,
};

describe('A schema of attributes', () => {
  it('is met together with those above it, and closes the list of names over all of them', () => {
    const check = checker(Type.Unsafe(effectiveSchema([lamps, electronics])));
    expect(check({ voltage: 230, socket: 'E27' })).to.deep.equal([]);
    const fields = (value: unknown): string[] => check(value).map(({ field, rule }) => `${field} ${rule}`);
    expect(fields({ socket: 'E99' })).to.have.members(['/voltage required', '/socket enum']);
    expect(fields({ voltage: 230, colour: 'red' })).to.deep.equal(['/colour unknown']);
    expect(checker(Type.Unsafe(effectiveSchema([electronics])))({ voltage: 1, colour: 'red' })).to.deep.equal([]);
  });

  it('is refused where it could never be met, or asks for what nobody describes', () => {
    expect(brokenSchema({ ...lamps, required: ['voltage'] }, [electronics])).to.deep.equal([]);
    expect(brokenSchema({ ...lamps, required: ['voltage'] }, []).map(({ field }) => field)).to.deep.equal(['/required/0']);
    const never: AttributeSchema = { type: 'object', properties: { 'a/b': { type: 'number', minimum: 2, maximum: 1 } } };
    expect(brokenSchema(never, []).map(({ field }) => field)).to.deep.equal(['/properties/a~1b/minimum']);
  });

  it('takes no pattern, no reference, and no name that a document cannot hold', () => {
    const check = checker(AttributeSchema);
    const of = (property: unknown): number => check({ type: 'object', properties: { name: property } }).length;
    expect(of({ type: 'string', maxLength: 5 })).to.equal(0);
    expect(of({ type: 'string', pattern: '(a+)+$' })).to.be.greaterThan(0);
    expect(of({ $ref: '#' })).to.be.greaterThan(0);
    expect(check({ type: 'object', properties: { 'a.b': { type: 'boolean' } } })).not.to.deep.equal([]);
  });
});

describe('The tree of categories', () => {
  const tree = [
    { slug: 'home', parent: null },
    { slug: 'lighting', parent: 'home' },
    { slug: 'desk', parent: 'lighting' },
    { slug: 'garden', parent: null },
  ];
  it('counts for a category what is below it as well', () => {
    const own = new Map([
      ['home', 1],
      ['desk', 4],
    ]);
    expect([...withThoseBelow(tree, own)]).to.deep.equal([
      ['home', 5],
      ['lighting', 4],
      ['desk', 4],
      ['garden', 0],
    ]);
  });
  it('knows the way from a category to the top', () => {
    expect(pathOf('desk', tree).map(({ slug }) => slug)).to.deep.equal(['desk', 'lighting', 'home']);
    expect(pathOf('none', tree)).to.deep.equal([]);
  });
});
