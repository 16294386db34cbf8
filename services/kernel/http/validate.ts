import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { TSchema } from 'typebox';
import { regionsOfPattern } from '../places.ts';
import { visibleLinePattern, visiblePattern } from '../visible-text.ts';
import { Problem } from './problem.ts';
import type { FieldError } from './problem.ts';

const options = { allErrors: true, strict: false, verbose: false } as const;
// A body says what it means; a query and a path are text, so numbers and booleans are read out of it.
const strictAjv = new Ajv2020(options);
const textAjv = new Ajv2020({ ...options, coerceTypes: true, useDefaults: true });
for (const ajv of [strictAjv, textAjv]) {
  addFormats.default(ajv);
  // Lower case only: an id is compared as text by actors, caches and locks. The package's own format would let `urn:uuid:` through too.
  ajv.addFormat('date-time', isTimestamp);
  ajv.addFormat('uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
}

/** RFC 3339, as far as Postgres can keep it: from the year 1, and no further from UTC than any place on Earth. */
function isTimestamp(text: string): boolean {
  const { validate } = fullFormats['date-time'] as { validate: (text: string) => boolean };
  return validate(text) && !text.startsWith('0000') && !/[+-](?:1[5-9]|2\d):?\d\d$/.test(text);
}

export type Place = 'body' | 'query' | 'params' | 'headers';

/** Checks a value in place (texts become numbers in `query` and `params`). Throws a Problem 400 that names every field. */
export type Validator = (value: unknown) => void;

export function validator(schema: TSchema, place: Place): Validator {
  const check = (place === 'body' ? strictAjv : textAjv).compile(schema);
  const numbers = place === 'body' ? [] : numbersOf(schema);
  return (value) => {
    const unstorable = unstorableIn(value, place);
    if (unstorable !== undefined) throw invalid(place, [unstorable]);
    const notDecimal = numbers.flatMap(({ name, type }) => {
      const text = (value as Record<string, unknown>)[name];
      return typeof text !== 'string' || decimal.test(text) ? [] : [{ field: name, rule: 'type', message: `must be ${type}` }];
    });
    const valid = check(value);
    if (valid && notDecimal.length === 0) return;
    const others = valid ? [] : describe(check.errors ?? [], place);
    throw invalid(place, [...notDecimal, ...others.filter(({ field }) => !notDecimal.some((error) => error.field === field))]);
  };
}

// ajv would also read a blank as 0, and 0x10 as 16.
const decimal = /^-?\d{1,20}(?:\.\d{1,20})?$/;

/** Parameters that are numbers. */
function numbersOf(schema: TSchema): { name: string; type: string }[] {
  const { properties = {} } = schema as { properties?: Record<string, { type?: unknown }> };
  return Object.entries(properties).flatMap(([name, { type }]) => (type === 'integer' || type === 'number' ? [{ name, type }] : []));
}

/** Whether a value meets a schema, and else why not; for events and actors, where the caller decides what follows. */
export function checker(schema: TSchema): (value: unknown) => FieldError[] {
  const check = strictAjv.compile(schema);
  return (value) => (check(value) ? [] : describe(check.errors ?? [], 'body'));
}

const places = { body: 'body', query: 'query', params: 'path', headers: 'header' } as const;

function invalid(place: Place, errors: FieldError[]): Problem {
  const detail = `The ${places[place]} is not valid: ${errors.map(({ field, message }) => `${field} ${message}`).join('; ')}`;
  return new Problem({ status: 400, code: 'invalid_request', title: 'Invalid request', detail: detail.slice(0, 1000), errors });
}

const mostErrors = 20;

function describe(errors: readonly ErrorObject[], place: Place): FieldError[] {
  const described = new Map<string, FieldError>();
  for (const error of errors) {
    if (/^(anyOf|oneOf|if)$/.test(error.keyword) && errors.length > 1) continue; // the branches say more
    const { additionalProperty, missingProperty } = error.params as { additionalProperty?: string; missingProperty?: string };
    const child = additionalProperty ?? missingProperty;
    const pointer = child === undefined ? error.instancePath : `${error.instancePath}/${escapePointer(child)}`;
    const field = nameOf(place, pointer).slice(0, 200);
    const rule = error.keyword === 'additionalProperties' ? 'unknown' : error.keyword === 'const' ? 'enum' : error.keyword;
    described.set(`${field} ${rule}`, { field, rule, message: messageOf(error, errors) });
    if (described.size >= mostErrors) break;
  }
  return [...described.values()];
}

function messageOf({ keyword, message, instancePath, params }: ErrorObject, errors: readonly ErrorObject[]): string {
  if (keyword === 'additionalProperties') return 'is not known';
  if (keyword === 'required') return 'is required';
  if (keyword === 'pattern') {
    const { pattern } = params as { pattern: string };
    const known = regionsOfPattern.get(pattern);
    if (known !== undefined) return oneOf(known);
    if (pattern === visiblePattern) return 'must hold something that can be seen';
    if (pattern === visibleLinePattern) return 'must hold something that can be seen, on one line without control characters';
  }
  // Of all schemas, only a person's name says what it may not be.
  if (keyword === 'not') return 'must not hold a web address';
  if (keyword === 'enum') return oneOf((params as { allowedValues: readonly unknown[] }).allowedValues.map(String));
  if (keyword !== 'const') return message ?? 'is not valid';
  // A union of literals fails once for each of them.
  const allowed = errors
    .filter((other) => other.keyword === 'const' && other.instancePath === instancePath)
    .map((other) => String((other.params as { allowedValue: unknown }).allowedValue));
  return oneOf([...new Set(allowed)]);
}

const mostNamed = 20;

/** What is too much to be read is left to the documentation, such as all countries. */
function oneOf(allowed: readonly string[]): string {
  if (allowed.length <= mostNamed) return `must be one of ${allowed.join(', ')}`;
  return `must be one of the ${String(allowed.length)} known values, such as ${allowed.slice(0, 2).join(' or ')}`;
}

function nameOf(place: Place, pointer: string): string {
  if (place === 'body') return pointer === '' ? '/' : pointer;
  return pointer.replace(/^\//, '');
}

/** Deeper than any schema of ours; without an end, checking a value would exhaust the stack. */
const deepest = 64;
const unstorableMessages = { text: 'must be well-formed text without NUL', depth: 'is nested too deeply' } as const;

interface Unstorable {
  readonly pointer: string;
  readonly rule: keyof typeof unstorableMessages;
}

/** Says where a value holds what databases cannot: NUL, half of a surrogate pair, or nesting without end. Validators ask it by themselves. */
export function unstorableIn(value: unknown, place: Place = 'body'): FieldError | undefined {
  const found = findUnstorable(value);
  return found && { field: nameOf(place, found.pointer), rule: found.rule, message: unstorableMessages[found.rule] };
}

/** What databases cannot hold: a text with NUL or half of a surrogate pair, and what is nested without end. */
function findUnstorable(value: unknown, pointer = '', depth = 0): Unstorable | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? { pointer, rule: 'text' } : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === deepest) return { pointer, rule: 'depth' };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const found = findUnstorable(value[index], `${pointer}/${String(index)}`, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [key, child] of Object.entries(value)) {
    if (key.includes('\0') || !key.isWellFormed()) return { pointer, rule: 'text' };
    const found = findUnstorable(child, `${pointer}/${escapePointer(key)}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** RFC 6901. */
function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
