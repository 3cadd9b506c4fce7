import { Hono } from "hono";
import { html } from "hono/html";
import { generateSpecs } from "hono-openapi";
import { sessionCookieName } from "../accounts/identify.ts";
import { allow, PUBLIC } from "./access.ts";
import type { AppEnv } from "./app-env.ts";
import { describe } from "./describe.ts";
import { type Html, pageShell } from "./page.ts";
import { declaredRoutes } from "./route-methods.ts";

type Specification = Awaited<ReturnType<typeof generateSpecs>>;

/** `/openapi.json` and `/docs`, both from what the app's routes declare of themselves. */
export function apiDocs(app: Hono<AppEnv>): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  let specification: Promise<Specification> | undefined;
  const specify = () => {
    specification ??= generateSpecs(app, {
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
    }).then((plain) => secured(app, plain));
    return specification;
  };

  routes.get(
    "/openapi.json",
    allow(PUBLIC),
    describe({
      summary: "This API as OpenAPI 3.1",
      tag: "Pages",
      answers: { 200: { description: "The document", media: "application/json" } },
    }),
    async (c) =>
      c.json(await specify(), 200, { "access-control-allow-origin": "*", "cache-control": "max-age=60" }),
  );
  routes.get(
    "/docs",
    allow(PUBLIC),
    describe({
      summary: "This API for people",
      tag: "Pages",
      answers: { 200: { description: "HTML", media: "text/html" } },
    }),
    async (c) => c.html(await docsPage(app, await specify()), 200, { "cache-control": "max-age=60" }),
  );
  return routes;
}

/** What opens a route, from the access that it declares and that is enforced. */
function secured(app: Hono<AppEnv>, specification: Specification): Specification {
  for (const { method, path, access } of declaredRoutes(app)) {
    const operation = operationOf(specification, method, openApiPath(path));
    if (operation !== undefined) operation.security = securityOf(access, method);
  }
  return specification;
}

function operationOf({ paths }: Specification, method: string, path: string) {
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

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

type Declared = ReturnType<typeof declaredRoutes>[number]["access"];

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  readonly who: string;
  readonly parameters: readonly { name: string; place: string; required: boolean; pattern: string }[];
  readonly answers: readonly { status: string; description: string }[];
}

function docsPage(app: Hono<AppEnv>, specification: Specification): Promise<string> {
  const entries = entriesOf(app, specification);
  const tags = [...new Set(entries.map((entry) => entry.tag))].sort();
  return pageShell({
    title: "API · Callers360",
    lang: "en",
    body: html`<h1>The API</h1>
<p>Everything below comes from the schemas that validate the requests. The same as data:
<a href="/openapi.json">OpenAPI 3.1</a>. Errors are RFC 9457 problems; times are RFC 3339 in UTC; an unknown field is an
error.</p>
<nav aria-label="Groups"><ul>${tags.map((tag) => html`<li><a href="#${tag.toLowerCase()}">${tag}</a></li>`)}</ul></nav>
${tags.map(
  (tag) => html`<section aria-labelledby="${tag.toLowerCase()}"><h2 id="${tag.toLowerCase()}">${tag}</h2>
${entries.filter((entry) => entry.tag === tag).map(entryHtml)}</section>`,
)}`,
  });
}

function entryHtml(entry: Entry): Html {
  return html`<article>
<h3><code>${entry.method} ${entry.path}</code></h3>
<p>${entry.summary}. <em>${entry.who}.</em></p>
${entry.description === "" ? "" : html`<p>${entry.description}</p>`}
${
  entry.parameters.length === 0
    ? ""
    : html`<table><caption>Parameters of ${entry.method} ${entry.path}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Needed</th><th scope="col">Form</th></tr></thead>
<tbody>${entry.parameters.map(
        (one) => html`<tr><th scope="row"><code>${one.name}</code></th><td>${one.place}</td>
<td>${one.required ? "yes" : "no"}</td><td><code>${one.pattern}</code></td></tr>`,
      )}</tbody></table>`
}
<dl>${entry.answers.map((answer) => html`<dt><code>${answer.status}</code></dt><dd>${answer.description}</dd>`)}</dl>
</article>`;
}

function entriesOf(app: Hono<AppEnv>, specification: Specification): Entry[] {
  const access = new Map(
    declaredRoutes(app).map((route) => [`${route.method} ${openApiPath(route.path)}`, route.access]),
  );
  return Object.entries(specification.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item?.[method];
      if (operation === undefined) return [];
      const id = `${method.toUpperCase()} ${path}`;
      return [
        {
          method: method.toUpperCase(),
          path,
          summary: operation.summary ?? "",
          description: operation.description ?? "",
          tag: operation.tags?.[0] ?? "Other",
          who: whoMay(access.get(id)),
          parameters: (operation.parameters ?? []).flatMap((parameter) =>
            "$ref" in parameter
              ? []
              : [
                  {
                    name: parameter.name,
                    place: parameter.in,
                    required: parameter.required === true,
                    pattern: patternOf(parameter.schema),
                  },
                ],
          ),
          answers: Object.entries(operation.responses ?? {}).flatMap(([status, answer]) =>
            answer === undefined || "$ref" in answer ? [] : [{ status, description: answer.description }],
          ),
        },
      ];
    }),
  );
}

/** hono-openapi writes `:id` as `{id}` and drops patterns, which may count in braces: `:id{[0-9]{4}}`. */
function openApiPath(path: string): string {
  return path.replace(/:([A-Za-z0-9_]+)(\{(?:[^{}]|\{[^}]*\})*\})?\??/g, "{$1}");
}

function patternOf(schema: unknown): string {
  if (typeof schema !== "object" || schema === null) return "";
  if ("pattern" in schema && typeof schema.pattern === "string") return schema.pattern;
  return "type" in schema && typeof schema.type === "string" ? schema.type : "";
}

function whoMay(access: Declared): string {
  switch (access?.kind) {
    case "public":
      return "Anybody";
    case "site-origin":
      return "A browser on an origin registered for the site";
    case "scope":
      return `A key with the scope ${access.scope}, or a signed-in admin`;
    case "member":
      return "A signed-in admin";
    case undefined:
      return "";
  }
}
