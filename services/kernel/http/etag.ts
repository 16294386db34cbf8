import { Type } from 'typebox';
import { Problem } from './problem.ts';

const tagList = '^(?:\\*|(?:W/)?"[\\x21\\x23-\\x7e]*"(?:\\s*,\\s*(?:W/)?"[\\x21\\x23-\\x7e]*")*)$';

/** For a route's `requestHeaders`: a change that shall be made only to what was read. */
export const ConditionHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      pattern: tagList,
      maxLength: 1000,
      description: 'The ETag that was read: what has changed since is not changed again, 412',
    }),
  ),
});

/** A strong entity tag (RFC 9110, 8.8.3) of a state. */
export function entityTag(state: string | number): string {
  return `"${String(state)}"`;
}

/** The states that an If-Match names; `any` for `*`, undefined without the header. Weak tags name none: they never match strongly. */
export function statesOf(header: string | undefined): 'any' | readonly string[] | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  return [...header.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, state = '']) => (weak === undefined ? [state] : []));
}

/** Whether an If-None-Match names this tag (weakly, RFC 9110, 13.1.2): who asks has the answer already. */
export function hasAlready(header: string | undefined, etag: string | undefined): boolean {
  if (header === undefined || etag === undefined) return false;
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return header.trim() === '*' || (header.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => opaque(tag) === opaque(etag));
}

/** 412: the thing is not as it was read. */
export function preconditionFailed(what: string): Problem {
  return new Problem({
    status: 412,
    code: 'changed_meanwhile',
    title: 'Precondition failed',
    detail: `${what} has changed since it was read; read it again`,
    errors: [{ field: 'if-match', rule: 'etag', message: 'names another state' }],
  });
}

/** 428: what is replaced as a whole would lose what others changed meanwhile. */
export function preconditionRequired(what: string): Problem {
  return new Problem({
    status: 428,
    code: 'precondition_required',
    title: 'Precondition required',
    detail: `${what} is replaced as a whole: say by If-Match which state was read`,
    errors: [{ field: 'if-match', rule: 'required', message: 'is required' }],
  });
}
