import type { MiddlewareHandler } from "hono";
import type * as v from "valibot";

export type Schema = v.GenericSchema<unknown, unknown>;

/** One answer of a route: a JSON schema, or the media type of anything else. */
export type Answer = { readonly description: string; readonly json?: Schema; readonly media?: string };

/** What `/openapi.json` says of a route, from the same schemas that validate it. */
export interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly tag:
    | "Calls"
    | "Metrics"
    | "Live"
    | "Consent"
    | "Ledger"
    | "Policy"
    | "Mail"
    | "Accounts"
    | "Pages";
  readonly query?: v.StrictObjectSchema<v.ObjectEntries, undefined>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly schema: Schema; readonly media: readonly string[] };
  readonly answers: Readonly<Record<number, Answer>>;
}

const described = new WeakMap<object, Operation>();

/**
 * Documents a route: the second handler of every route, after `allow`. Only noted here; the schemas are
 * turned into OpenAPI when somebody asks for it (`openapi.ts`).
 */
export function describe(operation: Operation): MiddlewareHandler {
  const documented: MiddlewareHandler = (_c, next) => next();
  described.set(documented, operation);
  return documented;
}

/** What a handler says of its route, for the walk over all routes. */
export function operationOf(handler: object): Operation | undefined {
  return described.get(handler);
}
