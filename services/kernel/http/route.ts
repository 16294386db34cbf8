import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Context } from 'koa';
import type { Static, TSchema } from 'typebox';
import type { Logger } from '../telemetry/logger.ts';
import type { Access, Principal } from './access.ts';
import type { Problem } from './problem.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

type Value<S extends TSchema | undefined> = S extends TSchema ? Static<S> : undefined;
type PrincipalOf<A extends Access> = A extends 'anyone' | { readonly callers: readonly string[] } ? Principal | null : Principal;

/** What a handler gets: everything checked, and typed by the schemas. */
export interface RouteRequest<A extends Access, P, Q, B, H = undefined> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly principal: PrincipalOf<A>;
  /** The service that invokes an internal route. */
  readonly caller: string | undefined;
  /** All headers; those that the route's schema names are checked. */
  readonly headers: H extends undefined ? IncomingHttpHeaders : IncomingHttpHeaders & H;
  /** The request as a stream; of use where `streamBody` is set. */
  readonly stream: IncomingMessage;
  readonly log: Logger;
  readonly ctx: Context;
}

/** An answer. `body` is sent as JSON, unless it is text, bytes or a stream, which name their own `content-type`. */
export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly stream?: Readable;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer's schema: null for one without a body; `Problem` may stand for errors. */
export type ResponseSchema = TSchema | null | typeof Problem;

export interface RouteDefinition<
  A extends Access,
  P extends TSchema | undefined,
  Q extends TSchema | undefined,
  B extends TSchema | undefined,
  H extends TSchema | undefined,
> {
  readonly method: Method;
  /** As in `/api/orders/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly tags?: readonly string[];
  readonly access: A;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Headers by their names in lower case; others are let through. */
  readonly requestHeaders?: H;
  /** The body may be left out; the handler then gets undefined. */
  readonly optionalBody?: boolean;
  /** Most bytes of a body; 64 KiB unless told. */
  readonly bodyLimit?: number;
  /** The handler gets the bytes as they came (a Buffer), as signatures need them. */
  readonly rawBody?: boolean;
  /** The handler reads the body itself from `stream`. */
  readonly streamBody?: boolean;
  /** Documented answers. Errors that every route may give are added by themselves. */
  readonly responses: Readonly<Record<number, ResponseSchema>>;
  readonly handle: (request: RouteRequest<A, Value<P>, Value<Q>, Value<B>, Value<H>>) => Promise<Reply> | Reply;
}

/** A route whose types are forgotten, as the app holds it. */
export type Route = Omit<
  RouteDefinition<Access, undefined, undefined, undefined, undefined>,
  'handle' | 'params' | 'query' | 'body' | 'requestHeaders'
> & {
  readonly params?: TSchema | undefined;
  readonly query?: TSchema | undefined;
  readonly body?: TSchema | undefined;
  readonly requestHeaders?: TSchema | undefined;
  readonly handle: (request: RouteRequest<'anyone', unknown, unknown, unknown>) => Promise<Reply> | Reply;
};

/**
 * Declares a route. Its schemas give the handler's types, the checks before it runs, and the OpenAPI document. Objects in them should refuse
 * additional properties, so that a misspelt field is an error and not ignored.
 */
export function route<
  const A extends Access,
  P extends TSchema | undefined = undefined,
  Q extends TSchema | undefined = undefined,
  B extends TSchema | undefined = undefined,
  H extends TSchema | undefined = undefined,
>(definition: RouteDefinition<A, P, Q, B, H>): Route {
  return definition as unknown as Route;
}
