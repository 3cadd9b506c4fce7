import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** One bad field: where it is (JSON pointer, query parameter or header) and what is wrong with it. */
export type FieldError =
  | { readonly pointer: string; readonly detail: string }
  | { readonly parameter: string; readonly detail: string }
  | { readonly header: string; readonly detail: string };

/** RFC 9457 problem details as they leave the worker. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: ContentfulStatusCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

const TYPE_PREFIX = "https://callers360.com/problems/";

/** A refusal that is an answer: thrown anywhere below a route, it leaves as problem+json. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly details: ProblemDetails;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ContentfulStatusCode,
    slug: string,
    title: string,
    detail: string,
    more: { errors?: readonly FieldError[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.details = {
      type: TYPE_PREFIX + slug,
      title,
      status,
      detail,
      ...(more.errors === undefined ? {} : { errors: more.errors }),
    };
    this.headers = more.headers ?? {};
  }
}

/** 404: the same words for what is missing and for what belongs to another organisation. */
export function notFound(what = "resource"): Problem {
  return new Problem(404, "not-found", "Not found", `There is no such ${what} here.`);
}

/** 422: the request was read, and these fields are wrong. */
export function invalid(errors: readonly FieldError[]): Problem {
  const first = errors[0];
  const where =
    first === undefined
      ? "The request"
      : "pointer" in first
        ? first.pointer || "The body"
        : "parameter" in first
          ? first.parameter
          : first.header;
  return new Problem(422, "invalid", "Invalid request", `${where}: ${first?.detail ?? "is not valid."}`, {
    errors,
  });
}

/** 503: the database, or an object in front of it, cannot take this now; nothing was half done. */
export function unavailable(detail = "The service cannot take this now. Try again shortly."): Problem {
  return new Problem(503, "unavailable", "Temporarily unavailable", detail, {
    headers: { "retry-after": "1" },
  });
}

/** 429 with the seconds after which the same request would be taken. */
export function tooManyRequests(retryAfterS: number): Problem {
  return new Problem(
    429,
    "too-many-requests",
    "Too many requests",
    `Slow down: try again in ${retryAfterS} ${retryAfterS === 1 ? "second" : "seconds"}.`,
    { headers: { "retry-after": String(retryAfterS) } },
  );
}

/** The response for a problem; never cached. */
export function problemResponse(c: Context, problem: Problem): Response {
  return c.body(JSON.stringify(problem.details), problem.details.status, {
    ...problem.headers,
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  });
}
