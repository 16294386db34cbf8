import { Type } from 'typebox';
import type { Static } from 'typebox';

const FieldError = Type.Object({
  field: Type.String({ description: 'JSON pointer into the body, or the name of a parameter or header' }),
  rule: Type.String({ description: 'The rule that was broken, such as required, maxLength, unknown' }),
  message: Type.String(),
});
export type FieldError = Static<typeof FieldError>;

/** The body of every error (RFC 9457, `application/problem+json`). `code` is stable and meant for programs. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.Optional(Type.String()),
    instance: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(FieldError)),
  },
  { additionalProperties: true, description: 'RFC 9457' },
);

export interface ProblemParts {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Further members of the body, such as the new prices of a 409. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that a caller may see. Its cause is logged and never sent. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly parts: ProblemParts;

  constructor(parts: ProblemParts, options?: ErrorOptions) {
    super(parts.detail ?? parts.title, options);
    this.parts = parts;
  }

  get status(): number {
    return this.parts.status;
  }

  get code(): string {
    return this.parts.code;
  }

  /** The body; `instance` is the request's id, by which the log line is found. */
  body(instance: string): Record<string, unknown> {
    const { status, code, title, detail, errors, extra } = this.parts;
    return {
      type: 'about:blank',
      title,
      status,
      code,
      ...(detail === undefined ? {} : { detail }),
      instance: `urn:request:${instance}`,
      ...(errors === undefined ? {} : { errors }),
      ...extra,
    };
  }
}

export function badRequest(detail: string, errors: readonly FieldError[] = [], options?: ErrorOptions): Problem {
  return new Problem(
    { status: 400, code: 'bad_request', title: 'Bad request', detail, ...(errors.length === 0 ? {} : { errors }) },
    options,
  );
}

/** 422: well-formed, but a rule that needs more than the request is against it. */
export function unprocessable(code: string, detail: string, errors: readonly FieldError[] = []): Problem {
  return new Problem({ status: 422, code, title: 'Unprocessable', detail, ...(errors.length === 0 ? {} : { errors }) });
}

/** 422: well-formed, but a rule of the field is against it. */
export function invalidField(field: string, rule: string, message: string): Problem {
  return new Problem({
    status: 422,
    code: 'invalid_field',
    title: 'Invalid value',
    detail: `${field}: ${message}`,
    errors: [{ field, rule, message }],
  });
}

export function unauthorized(detail: string, options?: ErrorOptions): Problem {
  return new Problem(
    { status: 401, code: 'unauthorized', title: 'Unauthorized', detail, headers: { 'www-authenticate': 'Bearer' } },
    options,
  );
}

export function forbidden(detail = 'You may not do this'): Problem {
  return new Problem({ status: 403, code: 'forbidden', title: 'Forbidden', detail });
}

export function notFound(what: string, id?: string): Problem {
  return new Problem({
    status: 404,
    code: 'not_found',
    title: 'Not found',
    detail: id === undefined ? `There is no such ${what}` : `There is no ${what} ${id}`,
  });
}

export function conflict(code: string, detail: string, extra?: Record<string, unknown>): Problem {
  return new Problem({ status: 409, code, title: 'Conflict', detail, ...(extra === undefined ? {} : { extra }) });
}

/** 503: what is needed is away; nothing was done. */
export function unavailable(what: string, retryAfterSeconds: number, options?: ErrorOptions): Problem {
  const headers = { 'retry-after': String(retryAfterSeconds) };
  return new Problem({ status: 503, code: 'unavailable', title: 'Unavailable', detail: `${what} cannot be reached now`, headers }, options);
}
