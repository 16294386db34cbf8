import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import type { TSchema } from 'typebox';
import { Problem } from './problem.ts';
import type { FieldError } from './problem.ts';

const options = { allErrors: true, strict: false, verbose: false } as const;
// A body says what it means; a query and a path are text, so numbers and booleans are read out of it.
const strictAjv = new Ajv2020(options);
const textAjv = new Ajv2020({ ...options, coerceTypes: true, useDefaults: true });
for (const ajv of [strictAjv, textAjv]) addFormats.default(ajv);

export type Place = 'body' | 'query' | 'params' | 'headers';

/** Checks a value in place (texts become numbers in `query` and `params`). Throws a Problem 400 that names every field. */
export type Validator = (value: unknown) => void;

export function validator(schema: TSchema, place: Place): Validator {
  const check = (place === 'body' ? strictAjv : textAjv).compile(schema);
  return (value) => {
    const text = findUnstorableText(value);
    if (text !== undefined)
      throw invalid(place, [{ field: nameOf(place, text), rule: 'text', message: 'must be well-formed text without NUL' }]);
    if (check(value)) return;
    throw invalid(place, describe(check.errors ?? [], place));
  };
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

function describe(errors: readonly ErrorObject[], place: Place): FieldError[] {
  const described = new Map<string, FieldError>();
  for (const { instancePath, keyword, params, message } of errors) {
    if (keyword === 'anyOf' || keyword === 'oneOf' || keyword === 'if') {
      if (errors.length > 1) continue; // the branches say more
    }
    const { additionalProperty, missingProperty } = params as { additionalProperty?: string; missingProperty?: string };
    const child = additionalProperty ?? missingProperty;
    const pointer = child === undefined ? instancePath : `${instancePath}/${child.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const field = nameOf(place, pointer);
    const rule = keyword === 'additionalProperties' ? 'unknown' : keyword;
    const text = keyword === 'additionalProperties' ? 'is not known' : keyword === 'required' ? 'is required' : (message ?? 'is not valid');
    described.set(`${field} ${rule}`, { field, rule, message: text });
    if (described.size >= 20) break;
  }
  return [...described.values()];
}

function nameOf(place: Place, pointer: string): string {
  if (place === 'body') return pointer === '' ? '/' : pointer;
  return pointer.replace(/^\//, '');
}

/** The pointer of a text that databases cannot hold: NUL, or half of a surrogate pair. */
function findUnstorableText(value: unknown, pointer = ''): string | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? pointer : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    if (key.includes('\0') || !key.isWellFormed()) return pointer;
    const found = findUnstorableText(child, `${pointer}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
