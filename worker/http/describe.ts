import { toJsonSchema } from "@valibot/to-json-schema";
import type { MiddlewareHandler } from "hono";
import { describeRoute, resolver } from "hono-openapi";
import * as v from "valibot";

type Schema = v.GenericSchema<unknown, unknown>;

/** One answer of a route: a JSON schema, or the media type of anything else. */
export type Answer = { readonly description: string; readonly json?: Schema; readonly media?: string };

/** What `/openapi.json` says of a route, from the same schemas that validate it. */
export interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly tag: "Calls" | "Metrics" | "Live" | "Consent" | "Ledger" | "Policy" | "Accounts" | "Pages";
  readonly query?: v.StrictObjectSchema<v.ObjectEntries, undefined>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly schema: Schema; readonly media: readonly string[] };
  readonly answers: Readonly<Record<number, Answer>>;
}

const PROBLEM = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  errors: v.optional(v.array(v.record(v.string(), v.string()))),
});

/** Documents a route. The second handler of every route, after `allow`. */
export function describe(operation: Operation): MiddlewareHandler {
  return describeRoute({
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    tags: [operation.tag],
    parameters: [...queryParameters(operation.query), ...headerParameters(operation.headers)],
    ...(operation.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              operation.body.media.map((media) => [
                media,
                { schema: resolver(bodySchema(operation), LENIENT) },
              ]),
            ),
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [status, response(answer)]),
      ),
      default: {
        description: "A problem (RFC 9457)",
        content: { "application/problem+json": { schema: resolver(PROBLEM) } },
      },
    },
  });
}

/** Transformed and regex-checked fields are documented by what goes in. */
const LENIENT = { typeMode: "input", errorMode: "ignore" } as const;

function bodySchema(operation: Operation): Schema {
  return operation.body?.schema ?? v.unknown();
}

function response(answer: Answer) {
  if (answer.json !== undefined) {
    return {
      description: answer.description,
      content: { "application/json": { schema: resolver(answer.json, LENIENT) } },
    };
  }
  return {
    description: answer.description,
    ...(answer.media === undefined ? {} : { content: { [answer.media]: {} } }),
  };
}

function queryParameters(query: Operation["query"]) {
  if (query === undefined) return [];
  return Object.entries(query.entries).map(([name, entry]) => ({
    in: "query" as const,
    name,
    required: entry.type !== "optional",
    schema: toOpenApi(entry),
  }));
}

function headerParameters(headers: Operation["headers"]) {
  return Object.entries(headers ?? {}).map(([name, description]) => ({
    in: "header" as const,
    name,
    description,
    required: false,
    schema: { type: "string" as const },
  }));
}

function toOpenApi(entry: v.GenericSchema) {
  const { type, pattern, description, enum: choices } = toJsonSchema(entry, LENIENT);
  return {
    ...(type === "string" || type === "number" || type === "boolean" ? { type } : {}),
    ...(pattern === undefined ? {} : { pattern }),
    ...(description === undefined ? {} : { description }),
    ...(choices === undefined ? {} : { enum: choices }),
  };
}
