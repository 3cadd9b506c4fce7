import { SELF } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import type { Notice } from "../../../consent-banner/configuration.ts";
import { demoNotice } from "../../../consent-banner/demo-notice.ts";
import { newOrganisation } from "../../../tests/workerd/seed.ts";
import {
  ALL,
  choiceOf,
  database,
  HOST,
  newSite,
  newVisitor,
  type PublishingSite,
  postChoice,
  problemOf,
} from "../fixtures/visitor.ts";

let site: PublishingSite;
beforeEach(async () => {
  site = await newSite();
});

function ask(
  method: string,
  path = "",
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return SELF.fetch(`${HOST}/api/v1/sites/${site.site}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${site.keys.manage}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

interface Document {
  readonly origins: readonly string[];
  readonly policy_version?: string;
  readonly notice: Record<string, unknown>;
}
interface Published {
  readonly version: number;
  readonly notice_hash: string;
  readonly restores: number | null;
  readonly log_index: number | null;
  readonly accepted: unknown;
  readonly findings: readonly { readonly rule: string }[];
}

async function edit(change: (document: Document) => Document, status = 201): Promise<Response> {
  const read = await ask("GET");
  const response = await ask("PUT", "", change(await read.json<Document>()), {
    "if-match": read.headers.get("etag") ?? "",
  });
  expect(response.status, await response.clone().text()).toBe(status);
  return response;
}

async function publish(body: unknown = {}): Promise<Published> {
  const response = await ask("POST", "/publish", body);
  expect(response.status, await response.clone().text()).toBe(200);
  return response.json();
}

const withNotice = (more: Record<string, unknown>) => (document: Document) => ({
  ...document,
  notice: { ...document.notice, ...more },
});

async function shown(): Promise<{ notice_hash: string; notice: { site_name: string } }> {
  return (await SELF.fetch(`${HOST}/c/${site.site}.json`)).json();
}

test("what is edited is seen by visitors once it is published, and proved by the log", async () => {
  await edit(withNotice({ site_name: "Renamed <b>&amp;</b>" }));
  expect((await shown()).notice.site_name).toBe("Gera Tiles");
  const published = await publish();
  expect(published).toMatchObject({ version: 2, restores: null });
  expect(await shown()).toMatchObject({
    notice_hash: published.notice_hash,
    notice: { site_name: "Renamed <b>&amp;</b>" },
  });
  const proof = await (
    await SELF.fetch(`${HOST}/log/${site.log}/receipt/${published.log_index}.tlog-proof`)
  ).text();
  const leaf = atob(proof.split("\n")[1]?.slice("extra ".length) ?? "");
  const hash = btoa(
    String.fromCharCode(...(published.notice_hash.match(/../g) ?? []).map((hex) => Number.parseInt(hex, 16))),
  );
  expect(leaf).toBe(`{"kind":"notice","sha256":"${hash}","v":1}`);
});

test("the later of two saves is told, and nothing is lost", async () => {
  const read = await ask("GET");
  const document = await read.json<Document>();
  const etag = read.headers.get("etag") ?? "";
  expect((await ask("PUT", "", document, { "if-match": etag })).status).toBe(201);
  const late = await ask("PUT", "", withNotice({ site_name: "Late" })(document), { "if-match": etag });
  expect(await problemOf(late)).toEqual([412, "draft-changed", ["If-Match"]]);
  const blind = await ask("PUT", "", document);
  const present = blind.headers.get("etag") ?? "";
  expect(await problemOf(blind)).toEqual([428, "precondition-required", ["If-Match"]]);
  expect((await ask("PUT", "", document, { "if-match": present })).status).toBe(200);
  const both = await Promise.all(
    ["A", "B", "C"].map(async (name) => {
      const now = await ask("GET");
      return ask("PUT", "", withNotice({ site_name: name })(document), {
        "if-match": now.headers.get("etag") ?? "",
      });
    }),
  );
  expect(both.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
  expect(both.every(({ status }) => status === 200 || status === 412)).toBe(true);
});

test("an old version is published anew, with its words and its hash", async () => {
  await edit(withNotice({ site_name: "Second" }));
  await publish();
  const back = await publish({ version: 1 });
  expect(back).toMatchObject({ version: 3, restores: 1, notice_hash: site.noticeHash });
  expect(await (await ask("GET", "/versions")).json()).toMatchObject({
    draft: null,
    versions: [
      { version: 3, restores: 1 },
      { version: 2, restores: null },
      { version: 1, published_by: "start" },
    ],
  });
  expect(await (await ask("GET", "/difference?from=1&to=2")).json()).toEqual({
    from: 1,
    to: 2,
    changes: [{ pointer: "/notice/site_name", from: "Gera Tiles", to: "Second" }],
  });
  expect(await (await ask("GET", "/versions/2")).json()).toMatchObject({
    version: 2,
    document: { notice: { site_name: "Second" } },
  });
  expect(await problemOf(await ask("POST", "/publish", { version: 9 }))).toEqual([404, "not-found", []]);
});

test("publishing what is in force is no new version; two at once are two or one is told", async () => {
  expect(await publish()).toMatchObject({ version: 1, notice_hash: site.noticeHash });
  await edit(withNotice({ site_name: "Once" }));
  const answers = await Promise.all([ask("POST", "/publish", {}), ask("POST", "/publish", {})]);
  expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
  expect(await (await ask("GET", "/versions")).json()).toMatchObject({
    versions: [{ version: 2 }, { version: 1 }],
  });
});

test("origins count from publishing on, and stop counting", async () => {
  const visitor = newVisitor();
  const elsewhere = { ...site, origin: "https://shop.example" };
  const choice = choiceOf(site, visitor, "accept_all", ALL, 1);
  await edit((document) => ({ ...document, origins: [elsewhere.origin] }));
  expect((await postChoice(elsewhere, choice)).status).toBe(403);
  await publish();
  expect((await postChoice(elsewhere, choice)).status).toBe(201);
  expect((await postChoice(site, choiceOf(site, newVisitor(), "accept_all", ALL, 1))).status).toBe(403);
});

test.each([
  ["https://shop.example/", "/origins/0"],
  ["https://*.example", "/origins/0"],
  ["null", "/origins/0"],
  ["javascript:alert(1)", "/origins/0"],
])("%s is no origin", async (origin, pointer) => {
  const { notice } = await (await ask("GET")).json<Document>();
  expect(await problemOf(await ask("PUT", "", { origins: [origin], notice }))).toEqual([
    422,
    "invalid",
    [pointer],
  ]);
});

test.each([
  ["a remote font", { theme: { font: "url(https://evil.example/f.woff2)" } }, "/notice/theme/font"],
  [
    "a colour that loads something",
    { theme: { light: { surface: "url(x)" } } },
    "/notice/theme/light/surface",
  ],
  ["another colour for refusing", { theme: { light: { reject: "#eee" } } }, "/notice/theme/light/reject"],
  [
    "a link that runs",
    { links: { ...demoNotice.links, rights: "javascript:alert(1)" } },
    "/notice/links/rights",
  ],
  ["a longer memory than allowed", { consent_days: 396 }, "/notice/consent_days"],
  ["a name of 301 characters", { site_name: "x".repeat(301) }, "/notice/site_name"],
  [
    "a cookie with bytes that no cookie has",
    { services: [{ ...demoNotice.services[0], items: [{ name: "a;b=\u0000", kind: "cookie", days: 1 }] }] },
    "/notice/services/0/items/0/name",
  ],
])("%s is not saved", async (_, more, pointer) => {
  const document = withNotice(more)(await (await ask("GET")).json<Document>());
  const [status, slug, pointers] = await problemOf(await ask("PUT", "", document));
  expect([status, slug]).toEqual([422, "invalid"]);
  expect(new Set(pointers)).toEqual(new Set([pointer]));
});

test("200 services with names of 300 characters, and odd cookie names, are published as text", async () => {
  const name = `</script><!--${"ñ".repeat(287)}`;
  const services = Array.from({ length: 199 }, (_, i) => ({
    id: `s${i}`,
    category: (["preferences", "analytics", "marketing"] as const)[i % 3],
    name,
    provider: name,
    country: "IN",
    items: [{ name: `_é"'<\\${i}*`, kind: "cookie", days: 1 }],
  }));
  await edit((document) => {
    const { texts } = demoNotice;
    return withNotice({
      services: [demoNotice.services[0], ...services],
      texts: {
        en: {
          ...texts.en,
          services: { c360: "x", ...Object.fromEntries(services.map(({ id }) => [id, "<img onerror=x>"])) },
        },
      },
    })(document);
  });
  const published = await publish();
  expect(new Set(published.findings.map(({ rule }) => rule))).toEqual(
    new Set(["markup-is-text", "ask-again"]),
  );
  const shown = await (await SELF.fetch(`${HOST}/c/${site.site}.json`)).json<{ notice: Notice }>();
  expect(shown.notice.services.map((service) => service.name).slice(1)).toEqual(services.map(() => name));
});

test("errors of the checks refuse, and name place and remedy", async () => {
  await edit(
    withNotice({
      theme: { dark: { text: "#555555", surface: "#444444" } },
      languages: ["en", "hi"],
      categories: [...demoNotice.categories].filter(({ id }) => id !== "marketing"),
      contact: { name: "", email: "" },
    }),
  );
  const refused = await ask("POST", "/publish");
  const [status, slug, pointers] = await problemOf(refused);
  expect([status, slug]).toEqual([422, "site-errors"]);
  expect(pointers.toSorted()).toEqual([
    "/notice/contact",
    "/notice/services/4/category",
    "/notice/texts/hi",
    "/notice/theme/dark/text",
  ]);
  expect(await (await ask("GET", "/check")).json()).toMatchObject({ errors: 4 });
  expect((await shown()).notice_hash).toBe(site.noticeHash);
});

test("texts that nobody reviewed need somebody's name, which is kept", async () => {
  await edit(
    withNotice({
      languages: ["en", "hi"],
      texts: { ...demoNotice.texts, hi: demoNotice.texts.en },
      drafts: { hi: ["*"] },
    }),
  );
  const refused = await ask("POST", "/publish");
  expect(await problemOf(refused)).toEqual([422, "languages-not-reviewed", ["/accept_unreviewed/languages"]]);
  const accepted = { languages: ["hi"], name: "Asha Rao" };
  expect(await publish({ accept_unreviewed: accepted })).toMatchObject({ accepted, version: 2 });
  const [audit] = await database().read([
    { sql: "SELECT action, target FROM audit_log WHERE org = ?1 ORDER BY at, rowid", args: [site.org] },
  ]);
  expect(audit?.rows.map((row) => [row.action, row.target])).toEqual([
    ["site.publish", site.site],
    ["site.draft", site.site],
    ["site.publish", site.site],
  ]);
});

test("another organisation's site is not there, whatever is asked", async () => {
  const other = await newOrganisation();
  const authorization = { authorization: `Bearer ${other.keys.manage}` };
  const { origins, notice } = await (await ask("GET")).json<Document>();
  for (const [method, path, body] of [
    ["GET", "", undefined],
    ["PUT", "", { origins, notice }],
    ["POST", "/publish", {}],
    ["GET", "/check", undefined],
    ["GET", "/versions", undefined],
    ["GET", "/versions/1", undefined],
    ["GET", "/difference?from=1&to=1", undefined],
  ] as const) {
    expect(await problemOf(await ask(method, path, body, authorization)), path).toEqual([
      404,
      "not-found",
      [],
    ]);
  }
  const reading = await ask("GET", "", undefined, { authorization: `Bearer ${site.keys.read}` });
  expect(await problemOf(reading)).toEqual([403, "insufficient-scope", []]);
  expect((await ask("GET", "", undefined, { authorization: "" })).status).toBe(401);
});

test("a site that has no configuration yet begins with one that saves and says what is missing", async () => {
  site = { ...(await newOrganisation()), noticeHash: "" };
  const read = await ask("GET");
  const document = await read.json<Document>();
  expect(document.origins).toEqual([site.origin]);
  expect((await ask("PUT", "", document)).status).toBe(201);
  const [status, slug, pointers] = await problemOf(await ask("POST", "/publish"));
  expect([status, slug, pointers]).toEqual([422, "site-errors", ["/notice/contact"]]);
});

test("the schema that editors complete from names what the worker takes", async () => {
  const response = await SELF.fetch(`${HOST}/schemas/site.json`);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("content-type")).toBe("application/schema+json");
  const schema = await response.json<{
    required: string[];
    properties: Record<string, { properties?: object }>;
  }>();
  expect(schema.required).toEqual(["origins", "notice"]);
  const known = new Set(Object.keys(schema.properties.notice?.properties ?? {}));
  expect(Object.keys(demoNotice).filter((key) => !known.has(key))).toEqual([]);
});
