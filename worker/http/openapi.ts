import { toJsonSchema } from "@valibot/to-json-schema";
import { Hono, type MiddlewareHandler } from "hono";
import { describeRoute, generateSpecs, resolver } from "hono-openapi";
import * as v from "valibot";
import { sessionCookieName } from "../accounts/identify.ts";
import type { Answer, Operation, Schema } from "./describe.ts";
import type { DeclaredRoute } from "./route-methods.ts";

export type Specification = Awaited<ReturnType<typeof generateSpecs>>;

/** OpenAPI 3.1 of these routes, from the schemas that validate and the access that is enforced. */
export async function specify(routes: readonly DeclaredRoute[]): Promise<Specification> {
  const documents = new Hono();
  for (const { method, path, operation } of routes) {
    if (operation !== undefined) documents.on(method, path, documented(operation), (c) => c.body(null));
  }
  const plain = await generateSpecs(documents, {
    excludeStaticFile: false,
    documentation: {
      info: {
        title: "Callers360 Edge",
        version: "1",
        description: "Calls and metrics, consent and its public log, the versioned privacy policy.",
      },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          key: { type: "http", scheme: "bearer", bearerFormat: "c360_…" },
          session: { type: "apiKey", in: "cookie", name: sessionCookieName(false) },
        },
      },
    },
  });
  return secured(routes, plain);
}

/** What opens a route, from the access that it declares and that is enforced. */
function secured(routes: readonly DeclaredRoute[], specification: Specification): Specification {
  for (const { method, path, access } of routes) {
    const operation = pathItemOperation(specification, method, openApiPath(path));
    if (operation !== undefined) operation.security = securityOf(access, method);
  }
  return specification;
}

function pathItemOperation({ paths }: Specification, method: string, path: string) {
  const wanted = METHODS.find((one) => one.toUpperCase() === method);
  return wanted === undefined ? undefined : paths[path]?.[wanted];
}

function securityOf(access: Declared, method: string): Record<string, string[]>[] {
  switch (access?.kind) {
    case "scope":
      return access.memberWrites === true || method === "GET"
        ? [{ key: [] }, { session: [] }]
        : [{ key: [] }];
    case "member":
      return [{ session: [] }];
    default:
      return [];
  }
}

export const METHODS = ["get", "post", "put", "patch", "delete"] as const;

type Declared = DeclaredRoute["access"];

/** hono-openapi writes `:id` as `{id}` and drops patterns, which may count in braces: `:id{[0-9]{4}}`. */
export function openApiPath(path: string): string {
  return path.replace(/:([A-Za-z0-9_]+)(\{(?:[^{}]|\{[^}]*\})*\})?\??/g, "{$1}");
}

const PROBLEM = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  errors: v.optional(v.array(v.record(v.string(), v.string()))),
});

function documented(operation: Operation): MiddlewareHandler {
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
