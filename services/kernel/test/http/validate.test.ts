import { expect } from 'chai';
import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { Problem } from '../../http/problem.ts';
import type { FieldError } from '../../http/problem.ts';
import { checker, validator } from '../../http/validate.ts';
import type { Place } from '../../http/validate.ts';
import { Address, Money, Sku, Timestamp, Uuid } from '../../schemas.ts';

function errorsOf(schema: TSchema, place: Place, value: unknown): readonly FieldError[] {
  try {
    validator(schema, place)(value);
    return [];
  } catch (error) {
    if (error instanceof Problem && error.status === 400) return error.parts.errors ?? [];
    throw error;
  }
}

const closed = { additionalProperties: false };

describe('A validator', () => {
  it('reads numbers, booleans and defaults out of a query, and leaves a body as it was sent', () => {
    const schema = Type.Object(
      {
        limit: Type.Optional(Type.Integer({ default: 20 })),
        inStock: Type.Optional(Type.Boolean()),
        minRating: Type.Optional(Type.Number()),
      },
      closed,
    );
    const query = { inStock: 'true', minRating: '3.5' };
    expect(errorsOf(schema, 'query', query)).to.deep.equal([]);
    expect(query).to.deep.equal({ inStock: true, minRating: 3.5, limit: 20 });
    expect(errorsOf(schema, 'body', { limit: '20' })).to.deep.equal([{ field: '/limit', rule: 'type', message: 'must be integer' }]);
  });

  it('takes times that a database can keep', () => {
    const schema = Type.Object({ at: Timestamp }, closed);
    for (const at of ['2026-11-25T23:33:00Z', '2026-11-25T23:33:00.123456+05:45', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59-12:00'])
      expect(errorsOf(schema, 'body', { at }), at).to.deep.equal([]);
    for (const at of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59+23:59', '2026-02-30T00:00:00Z', '2026-11-25', 'tomorrow'])
      expect(errorsOf(schema, 'body', { at })[0]?.field, at).to.equal('/at');
  });

  it('takes nothing for a number that is none', () => {
    const schema = Type.Object({ limit: Type.Integer() }, closed);
    for (const limit of ['', ' ', '0x10', '1e400', 'NaN', '1.5', 'ten', ['1', '2']]) {
      expect(errorsOf(schema, 'query', { limit })[0]?.field, String(limit)).to.equal('limit');
    }
  });

  it('names each field by its JSON pointer, however deep and whatever its name', () => {
    const schema = Type.Object({ lines: Type.Array(Type.Object({ sku: Sku }, closed)), 'a/b~c': Type.Optional(Type.Integer()) }, closed);
    const errors = errorsOf(schema, 'body', { lines: [{ sku: 'A' }, { sku: '', x: 1 }], 'a/b~c': 'x', 'd/e': 1 });
    expect(errors.map(({ field, rule }) => [field, rule])).to.have.deep.members([
      ['/lines/1/sku', 'pattern'],
      ['/lines/1/x', 'unknown'],
      ['/a~1b~0c', 'type'],
      ['/d~1e', 'unknown'],
    ]);
  });

  it('says what a field may be where there is a choice', () => {
    const schema = Type.Object({ method: Type.Union([Type.Literal('standard'), Type.Literal('express')]) }, closed);
    expect(errorsOf(schema, 'body', { method: 'pigeon' })).to.deep.equal([
      { field: '/method', rule: 'enum', message: 'must be one of standard, express' },
    ]);
  });

  it('takes ids in lower case only, since actors and caches compare them as text', () => {
    const schema = Type.Object({ id: Uuid });
    expect(errorsOf(schema, 'params', { id: '0190a0a0-0000-7000-8000-00000000000a' })).to.deep.equal([]);
    for (const id of ['0190A0A0-0000-7000-8000-00000000000A', 'urn:uuid:0190a0a0-0000-7000-8000-00000000000a', '0190a0a0', '']) {
      expect(errorsOf(schema, 'params', { id })[0]).to.include({ field: 'id', rule: 'format' });
    }
  });

  it('refuses money that is no integer of minor units, and addresses with blanks only', () => {
    for (const amount of [-1, 0.5, 1e13, '1']) {
      expect(errorsOf(Money, 'body', { amount, currency: 'USD' })[0]?.field).to.equal('/amount');
    }
    const address = { name: 'Ada', line1: 'A 1', city: 'X', region: '', postalCode: '1', country: 'DE' };
    expect(errorsOf(Address, 'body', address)).to.deep.equal([]);
    expect(errorsOf(Address, 'body', { ...address, name: '  ', country: 'Germany' }).map(({ field }) => field)).to.have.members([
      '/name',
      '/country',
    ]);
  });

  it('takes an address only to a country that exists, and to a region where tax and post depend on it', () => {
    const address = { name: 'Ada', line1: 'A 1', city: 'X', postalCode: '1' };
    const to = (country: string | undefined, region: string) =>
      errorsOf(Address, 'body', { ...address, region, ...(country === undefined ? {} : { country }) }).map(({ field }) => field);
    for (const [country, region] of [
      ['DE', ''],
      ['FR', 'Bretagne'],
      ['US', 'IL'],
      ['US', 'Illinois'],
      ['US', 'illinois'],
      ['US', ' il '],
      ['US', 'u.s. virgin islands'],
      ['US', 'DC'],
      ['CA', 'QC'],
      ['AU', 'NSW'],
    ] as const)
      expect(to(country, region), `${country} ${region}`).to.deep.equal([]);
    for (const [country, region] of [
      ['US', ''],
      ['US', ' '],
      ['US', 'QC'],
      ['US', 'Oz'],
      ['US', 'Northern Illinois'],
      ['US', 'UxSx Virgin Islands'],
      ['CA', ''],
      ['CA', 'IL'],
      ['AU', ''],
    ] as const)
      expect(to(country, region), `${country} ${region}`).to.deep.equal(['/region']);
    for (const country of ['ZZ', 'XX', 'EU', 'UK', 'us', '']) expect(to(country, 'IL'), country).to.deep.equal(['/country']);
    expect(to(undefined, '')).to.deep.equal(['/country']);
    const [error] = errorsOf(Address, 'body', { ...address, region: '', country: 'US' });
    expect(error?.message).to.match(/such as AL or Alabama$/);
  });

  it('refuses what is nested without end instead of exhausting the stack', () => {
    const schema = Type.Object({ attributes: Type.Unknown() });
    const deep = JSON.parse(`${'['.repeat(30_000)}${']'.repeat(30_000)}`) as unknown;
    expect(errorsOf(schema, 'body', { attributes: deep })[0]?.rule).to.equal('depth');
  });

  it('finds text that cannot be stored in values and in names, also where the schema lets everything through', () => {
    const schema = Type.Object({ attributes: Type.Unknown() });
    expect(errorsOf(schema, 'body', { attributes: ['a', { b: 'x\0' }] })[0]).to.include({ field: '/attributes/1/b', rule: 'text' });
    expect(errorsOf(schema, 'body', { attributes: { 'x\ud800': 1 } })[0]).to.include({ field: '/attributes', rule: 'text' });
  });

  it('names at most twenty fields, and none at a length that is an attack by itself', () => {
    const body = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${'x'.repeat(1000)}${String(index)}`, 1]));
    const errors = errorsOf(Type.Object({}, closed), 'body', body);
    expect(errors.length).to.be.within(1, 20);
    expect(errors[0]?.field.length).to.be.at.most(200);
  });
});

describe('A checker', () => {
  it('answers what is wrong and throws nothing', () => {
    expect(checker(Money)({ amount: 1, currency: 'USD' })).to.deep.equal([]);
    expect(checker(Money)({ amount: 1 })).to.deep.equal([{ field: '/currency', rule: 'required', message: 'is required' }]);
    expect(checker(Money)(null)).to.have.length(1);
  });
});
