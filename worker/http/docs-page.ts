import { html } from "hono/html";
import { METHODS, openApiPath, type Specification } from "./openapi.ts";
import { type Html, pageShell } from "./page.ts";
import type { DeclaredRoute } from "./route-methods.ts";

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

/** The reference for people, grouped by tag. */
export function docsPage(routes: readonly DeclaredRoute[], specification: Specification): Promise<string> {
  const entries = entriesOf(routes, specification);
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

function entriesOf(routes: readonly DeclaredRoute[], specification: Specification): Entry[] {
  const access = new Map(routes.map((route) => [`${route.method} ${openApiPath(route.path)}`, route.access]));
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

function patternOf(schema: unknown): string {
  if (typeof schema !== "object" || schema === null) return "";
  if ("pattern" in schema && typeof schema.pattern === "string") return schema.pattern;
  return "type" in schema && typeof schema.type === "string" ? schema.type : "";
}

function whoMay(access: DeclaredRoute["access"]): string {
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
